//! Compile errors and what must compile: `fail`, `pass` and `tests/compile_errors.rs` beside this file.
