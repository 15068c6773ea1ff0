//! What `#[derive(Record)]` makes, and what it says about mistakes.
use super::*;
use quote::quote;

fn errors(input: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    errors.take(syn::parse2(input)).and_then(|input| model(&input, &mut errors));
    errors.texts()
}

fn labels(input: TokenStream) -> Vec<String> {
    let input = syn::parse2(input).unwrap();
    model(&input, &mut Errors::default()).unwrap().parts.into_iter().map(|p| p.label).collect()
}

#[test]
fn the_fingerprint_knows_fields_and_variants() {
    assert_eq!(
        labels(quote!(
            struct Order {
                item: ItemName,
                r#type: u8,
            }
        )),
        ["item", "type"]
    );
    assert_eq!(
        labels(quote!(
            struct Pair(u8, u8);
        )),
        ["0", "1"]
    );
    assert_eq!(
        labels(quote!(
            enum Event {
                Opened { by: String },
                Moved(u8),
                Closed,
            }
        )),
        ["Opened.by", "Moved.0", "Closed."]
    );
}

#[test]
fn the_one_format_is_json() {
    let none: [&str; 0] = [];
    assert_eq!(
        errors(quote!(
            #[record(format = Json)]
            struct Order {
                at: i64,
            }
        )),
        none
    );
    assert_eq!(
        errors(quote!(
            #[record(format = Avro, colour = 3)]
            struct Order {
                at: i64,
            }
        )),
        [
            "`Avro` is no format of this version of kstreams: `format = Json`, the default, is the only one; for bytes of your own implement `Record`",
            "unknown option `colour`; expected one of: format, crate",
        ]
    );
}

#[test]
fn a_record_has_one_event_time() {
    let two = quote!(
        struct Order {
            #[record(event_time)]
            at: i64,
            #[record(event_time)]
            seen: i64,
        }
    );
    assert_eq!(errors(two), ["a record has one event time", "this field is marked already"]);
    let variant = quote!(
        enum Event {
            Opened {
                #[record(event_time)]
                at: i64,
            },
        }
    );
    assert_eq!(
        errors(variant),
        ["`event_time` marks a field of a struct: not every variant of an enum has it; give the topic `timestamp = f`"]
    );
    let unknown = quote!(
        struct Order {
            #[record(time)]
            at: i64,
        }
    );
    assert_eq!(errors(unknown), ["unknown option `time`; expected one of: event_time"]);
}

#[test]
fn a_record_owns_what_it_holds() {
    assert_eq!(errors(quote!(union Bits { a: u8 })), ["a union has no fields to write: make `Bits` a struct or an enum"]);
    let borrowed = quote!(
        struct Order<'a> {
            item: &'a str,
        }
    );
    assert_eq!(
        errors(borrowed),
        ["a record owns what it holds, because it outlives the bytes it was read from: `String` for `&str`, `Vec<T>` for `&[T]`"]
    );
}

#[test]
fn the_event_time_of_a_tuple_struct_is_found_by_its_place() {
    let out = record(quote!(
        #[record(crate = "ks")]
        struct At(u8, #[record(event_time)] i64);
    ))
    .to_string();
    assert!(out.contains("event_time (& self . 1)"), "{out}");
    assert!(!out.contains("kstreams"), "{out}");
}
