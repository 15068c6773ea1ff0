//! `cargo run --features queries --example queries`: two instances of a word count on one embedded log; each answers for every word, for those of the
//! other one by asking it. `curl localhost:8081/count/wine`, `curl localhost:8082/count/wine`.
use kstreams::{
    App, Config, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::queries::{router, word_service};
use tokio::net::TcpListener;

const WORDS: [&str; 8] = ["wine", "cider", "cheese", "bread", "vase", "lamp", "scarf", "hat"];

#[tokio::main]
async fn main() -> kstreams::Result<()> {
    let log = EmbeddedLog::new();
    create_topics(&log, &word_service::topology().plan().declared_deployment())?;
    for (i, word) in WORDS.iter().cycle().take(1_000).enumerate() {
        log.produce("words", Some(word.as_bytes()), Some(b""), i as i64, &Headers::new())?;
    }
    for (name, port) in [("a", 8081), ("b", 8082)] {
        let endpoint = format!("127.0.0.1:{port}");
        let config = Config::new().embedded_log(log.clone()).exactly_once().instance(name).endpoint(&endpoint);
        let app = App::new(word_service::topology(), config);
        let router = router(app.reader(app.stores()));
        let listener = TcpListener::bind(&endpoint).await?;
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(app.run_until(std::future::pending::<()>()));
        println!("http://{endpoint}/count/{}", WORDS[0]);
    }
    Ok(tokio::signal::ctrl_c().await?)
}
