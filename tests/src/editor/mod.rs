//! An editor without a person: a user's crate that is open in rust-analyzer, and what is offered at its cursor.
mod program;
mod project;
mod server;
mod window;

pub use window::Editor;
