//! A stand-in for `core`, which rust-analyzer reads in its place: as much as the types of chains and closures hang on. A toolchain need not
//! have the sources of the real one, and those take some four times as long. Nothing compiles this.
#![feature(auto_traits, decl_macro, fundamental, lang_items, no_core, rustc_attrs, unboxed_closures)]
#![no_core]

pub mod marker {
    #[lang = "pointee_sized"]
    #[fundamental]
    pub trait PointeeSized {}
    #[lang = "meta_sized"]
    #[fundamental]
    pub trait MetaSized: PointeeSized {}
    #[lang = "sized"]
    #[fundamental]
    pub trait Sized: MetaSized {}
    pub unsafe auto trait Send {}
    #[lang = "sync"]
    pub unsafe auto trait Sync {}
    #[lang = "copy"]
    pub trait Copy: crate::clone::Clone {}
    #[lang = "tuple_trait"]
    pub trait Tuple {}
    #[lang = "phantom_data"]
    pub struct PhantomData<T: PointeeSized>;
    #[rustc_builtin_macro]
    pub macro Copy($item:item) {}
}

pub mod ops {
    use crate::marker::{PointeeSized, Tuple};

    #[lang = "fn_once"]
    #[rustc_paren_sugar]
    #[fundamental]
    pub trait FnOnce<Args: Tuple> {
        #[lang = "fn_once_output"]
        type Output;
        extern "rust-call" fn call_once(self, args: Args) -> Self::Output;
    }
    #[lang = "fn_mut"]
    #[rustc_paren_sugar]
    #[fundamental]
    pub trait FnMut<Args: Tuple>: FnOnce<Args> {
        extern "rust-call" fn call_mut(&mut self, args: Args) -> Self::Output;
    }
    #[lang = "fn"]
    #[rustc_paren_sugar]
    #[fundamental]
    pub trait Fn<Args: Tuple>: FnMut<Args> {
        extern "rust-call" fn call(&self, args: Args) -> Self::Output;
    }
    #[lang = "deref"]
    pub trait Deref: PointeeSized {
        #[lang = "deref_target"]
        type Target: PointeeSized;
        fn deref(&self) -> &Self::Target;
    }
}

pub mod clone {
    #[lang = "clone"]
    pub trait Clone: Sized {
        fn clone(&self) -> Self;
    }
    #[rustc_builtin_macro]
    pub macro Clone($item:item) {}
}

pub mod cmp {
    #[lang = "eq"]
    pub trait PartialEq<Rhs = Self> {
        fn eq(&self, other: &Rhs) -> bool;
    }
    pub trait Eq: PartialEq {}
    #[rustc_builtin_macro]
    pub macro PartialEq($item:item) {}
    #[rustc_builtin_macro]
    pub macro Eq($item:item) {}
}

pub mod hash {
    pub trait Hasher {}
    pub trait Hash {
        fn hash<H: Hasher>(&self, state: &mut H);
    }
    #[rustc_builtin_macro]
    pub macro Hash($item:item) {}
}

pub mod option {
    pub enum Option<T> {
        #[lang = "None"]
        None,
        #[lang = "Some"]
        Some(T),
    }
}

pub mod result {
    pub enum Result<T, E> {
        #[lang = "Ok"]
        Ok(T),
        #[lang = "Err"]
        Err(E),
    }
}

pub mod macros {
    #[rustc_builtin_macro]
    pub macro derive($item:item) {}
}

pub mod prelude {
    pub mod v1 {
        pub use crate::{
            clone::Clone,
            cmp::{Eq, PartialEq},
            hash::Hash,
            macros::derive,
            marker::{Copy, Send, Sized, Sync},
            ops::{Fn, FnMut, FnOnce},
            option::Option::{self, None, Some},
            result::Result::{self, Err, Ok},
        };
    }
    pub use v1 as rust_2015;
    pub use v1 as rust_2018;
    pub use v1 as rust_2021;
    pub use v1 as rust_2024;
}

#[prelude_import]
use prelude::v1::*;
