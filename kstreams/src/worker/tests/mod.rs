//! The worker alone, over a scripted task: each case is a script of inputs, its snapshot shows what the worker answers to each of them.
mod cases;
mod fake;
mod random;
mod script;
