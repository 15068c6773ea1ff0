//! With the live page: new orders come in until Ctrl-C, here on the embedded log.
use super::{args::Args, config};
use kstreams::{
    App, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::{
    order_analytics::{
        generator::{self, Recipe},
        input::Line,
        order_analytics,
    },
    shutdown,
};
use std::time::Duration;

/// Orders are put into the log so often.
const TICK: Duration = Duration::from_millis(100);

pub(crate) async fn run(args: &Args, port: u16) -> kstreams::Result<()> {
    let (topology, log) = (order_analytics::topology(), EmbeddedLog::new());
    create_topics(&log, &topology.plan().declared_deployment())?;
    let app = App::new(topology, config(args)?.embedded_log(log.clone())).serve_ops(port);
    println!("http://127.0.0.1:{port}/topology");
    app.run_until(fed(args.rate, |line| {
        let Line { topic, key, value, time } = line;
        log.produce(topic, Some(key.as_bytes()), Some(value.as_bytes()), time, &Headers::new())?;
        Ok(())
    }))
    .await?;
    Ok(())
}
/// Places orders until somebody asks the program to end, or one cannot be placed.
pub(crate) async fn fed(rate: usize, place: impl FnMut(Line) -> kstreams::Result<()>) {
    tokio::select! {
        fed = feed(rate, place) => fed.unwrap_or_else(|error| eprintln!("no more orders are placed: {error}")),
        _ = shutdown::asked() => {}
    }
}
/// A day of orders a second or two, some late, some broken.
async fn feed(rate: usize, mut place: impl FnMut(Line) -> kstreams::Result<()>) -> kstreams::Result<()> {
    if rate == 0 {
        std::future::pending::<()>().await;
    }
    let step_ms = 2_000;
    let mut recipe = Recipe { orders: rate.div_ceil(10), step_ms, ..Recipe::default() };
    loop {
        for line in generator::generate(&recipe) {
            // Customers and wares come once; those of the next round are the same.
            if line.topic == "orders" || recipe.seed == Recipe::default().seed {
                place(line)?;
            }
        }
        recipe.seed += 1;
        recipe.start_ms += i64::try_from(recipe.orders)? * step_ms / 2;
        tokio::time::sleep(TICK).await;
    }
}
