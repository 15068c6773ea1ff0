//! On the embedded log with the live page: new orders come in until Ctrl-C.
use super::{args::Args, config};
use kstreams::{
    App, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::order_analytics::{
    generator::{self, Recipe},
    order_analytics,
};
use std::time::Duration;

/// Orders are put into the log so often.
const TICK: Duration = Duration::from_millis(100);

pub(crate) async fn run(args: &Args, port: u16) -> kstreams::Result<()> {
    let (topology, log) = (order_analytics::topology(), EmbeddedLog::new());
    create_topics(&log, &topology.plan().declared_deployment())?;
    let app = App::new(topology, config(args)?.embedded_log(log.clone())).serve_ops(port);
    println!("http://127.0.0.1:{port}/topology");
    let feed = feed(&log, args.rate);
    tokio::pin!(feed);
    let until = async {
        tokio::select! {
            fed = &mut feed => drop(fed),
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    app.run_until(until).await?;
    Ok(())
}
/// A day of orders a second or two, some late, some broken.
async fn feed(log: &EmbeddedLog, rate: usize) -> kstreams::Result<()> {
    let step_ms = 2_000;
    let mut recipe = Recipe { orders: rate.div_ceil(10), step_ms, ..Recipe::default() };
    loop {
        for line in generator::generate(&recipe) {
            // Customers and wares come once; those of the next round are the same.
            if line.topic == "orders" || recipe.seed == Recipe::default().seed {
                log.produce(line.topic, Some(line.key.as_bytes()), Some(line.value.as_bytes()), line.time, &Headers::new())?;
            }
        }
        recipe.seed += 1;
        recipe.start_ms += i64::try_from(recipe.orders)? * step_ms / 2;
        tokio::time::sleep(TICK).await;
    }
}
