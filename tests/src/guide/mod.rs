//! The chapters of the guide as documentation, so that `cargo test -p kstreams-tests --doc` compiles their code and runs it.
pub mod compile_errors;
pub mod java;
pub mod methods;

macro_rules! chapters {
    ($($chapter:ident: $file:literal;)*) => {
        $(#[doc = include_str!(concat!("../../../docs/guide/src/", $file))]
        mod $chapter {})*
        /// The files whose code is compiled; `tests/guide.rs` compares them with the table of contents.
        pub const CHAPTERS: &[&str] = &[$($file),*];
    };
}
chapters! {
    first_minute: "first-minute.md";
    keys_and_spaces: "keys-and-spaces.md";
    operators: "operators.md";
    beyond_kafka_streams: "beyond-kafka-streams.md";
    time_and_windows: "time-and-windows.md";
    state_and_crashes: "state-and-crashes.md";
    upgrades: "upgrades.md";
    operations: "operations.md";
    from_java: "from-java.md";
    not_done: "not-done.md";
}
