//! What `#[derive(Key)]` makes, and what it says about mistakes.
use super::*;
use quote::quote;

fn errors(input: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    errors.take(syn::parse2(input)).map(|input| model(input, &mut errors));
    errors.texts()
}

#[test]
fn a_newtype_is_fine() {
    let none: [&str; 0] = [];
    assert_eq!(
        errors(quote!(
            struct UserName(pub String);
        )),
        none
    );
    assert_eq!(
        errors(quote!(
            #[key(crate = "ks")]
            struct UserName {
                name: String,
            }
        )),
        none
    );
}

#[test]
fn a_key_has_one_field() {
    let text = "`Place` cannot be a key: a key is a struct of one field, which is a key itself, e.g. `struct Place(String);`; write several parts as one string";
    for input in [
        quote!(
            struct Place(String, u32);
        ),
        quote!(
            struct Place;
        ),
        quote!(
            enum Place {
                Here,
            }
        ),
        quote!(union Place { a: u8 }),
    ] {
        assert_eq!(errors(input), [text]);
    }
}

#[test]
fn a_key_has_no_parameters() {
    assert_eq!(
        errors(quote!(
            struct Id<T>(T);
        )),
        ["a key has no parameters: its bytes must be known; name what `Id` is over"]
    );
}

#[test]
fn options_are_known_ones() {
    let input = quote!(
        #[key(format = Json)]
        #[key]
        struct Id(u64);
    );
    assert_eq!(errors(input), ["`key` takes a list of options: `#[key(..)]`", "unknown option `format`; expected one of: crate"]);
}

#[test]
fn both_shapes_of_struct_are_built_and_read() {
    let tuple = key(quote!(
        struct UserName(String);
    ))
    .to_string();
    assert!(tuple.contains("Self { 0 : < String as :: kstreams :: Record > :: decode (bytes) ? }"), "{tuple}");
    let named = key(quote!(
        #[key(crate = "ks")]
        struct UserName {
            name: String,
        }
    ))
    .to_string();
    assert!(named.contains("< String as ks :: Key > :: placed_by (& self . name , out)"), "{named}");
    assert!(!named.contains("kstreams"), "{named}");
}
