//! A stand-in for `std`, as that for `core`: the types that own what they hold.
#![feature(no_core, prelude_import)]
#![no_std]
pub use core::{clone, cmp, hash, marker, ops, option, result};

pub mod boxed {
    pub struct Box<T: ?Sized>(*const T);
}
pub mod string {
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct String(crate::vec::Vec<u8>);
}
pub mod sync {
    pub struct Arc<T: ?Sized>(*const T);
    impl<T: ?Sized> Clone for Arc<T> {
        fn clone(&self) -> Self {
            loop {}
        }
    }
}
pub mod vec {
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct Vec<T>(*const T);
    impl<T> Vec<T> {
        pub const fn new() -> Vec<T> {
            loop {}
        }
        pub fn push(&mut self, item: T) {
            loop {}
        }
    }
}

pub mod prelude {
    pub mod v1 {
        pub use crate::{boxed::Box, string::String, vec::Vec};
        pub use core::prelude::v1::*;
    }
    pub use v1 as rust_2015;
    pub use v1 as rust_2018;
    pub use v1 as rust_2021;
    pub use v1 as rust_2024;
}
