//! What `#[operator]` makes, and what it says about mistakes.
use super::*;
use quote::quote;

fn errors(input: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    model(TokenStream::new(), &input, &mut errors);
    errors.texts()
}
fn said(input: TokenStream) -> (String, String) {
    let operator = model(TokenStream::new(), &input, &mut Errors::default()).unwrap();
    (operator.doc, operator.signature)
}

#[test]
fn documentation_and_signature_are_told() {
    let function = quote! {
        /// Adds the address.
        ///
        /// If there is one.
        #[inline]
        pub fn with_user<'a>(order: Order, user: Option<&'a User>) -> (UserOrder, [u8; 2]) { todo() }
    };
    let signature = "fn with_user<'a>(order: Order, user: Option<&'a User>) -> (UserOrder, [u8; 2])";
    assert_eq!(said(function), ("Adds the address.\n\nIf there is one.".into(), signature.into()));
    let long = quote!(
        fn alerts<K: Key, V>(before: Option<&Velocity<K>>, now: Velocity<K>, limits: &Limits) -> Vec<(K, Alert)>
        where
            V: Ord,
        {
            vec![]
        }
    );
    let signature = "fn alerts<K: Key, V>(before: Option<&Velocity<K>>, now: Velocity<K>, limits: &Limits) -> Vec<(K, Alert)> where V: Ord";
    assert_eq!(said(long).1, signature);
    assert_eq!(
        said(quote!(
            fn sum(all: &mut u64, one: &u64) {
                *all += one
            }
        ))
        .1,
        "fn sum(all: &mut u64, one: &u64)"
    );
    assert_eq!(
        said(quote!(
            pub struct Velocity<K> {
                limit: u64,
            }
        ))
        .1,
        "struct Velocity<K>"
    );
    assert_eq!(
        said(quote!(
            enum Either {
                A,
                B,
            }
        ))
        .1,
        "enum Either"
    );
}

#[test]
fn the_item_comes_first_and_unchanged() {
    let item = quote!(
        pub fn priced(order: Order) -> u64 {
            order.price * 2
        }
    );
    let out = operator(quote!(crate = "ks"), item.clone()).to_string();
    assert!(out.starts_with(&item.to_string()), "{out}");
    assert!(out.contains("ks :: __private :: described !") && !out.contains("kstreams"), "{out}");
}

#[test]
fn what_is_no_operator_is_told() {
    let method = quote!(
        fn priced(&self) -> u64 {
            1
        }
    );
    assert_eq!(
        errors(method),
        [
            "`#[operator]` documents a free function: a method is passed in a closure, `|order| order.priced()`, which is documented by its line"
        ]
    );
    assert_eq!(
        errors(quote!(
            const LIMIT: u64 = 1;
        )),
        ["`#[operator]` documents a function that is passed to an operator, or a processor's struct"]
    );
    let none: [&str; 0] = [];
    assert_eq!(errors(quote!(fn half_typed(order))), none);
}
