//! The worker alone, over a scripted task: each case is a script of inputs, its snapshot shows what the worker answers to each of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]
mod cases;
mod fake;
mod random;
mod script;
