//! What `#[topic]` makes, and what it says about mistakes.
use super::*;
use quote::quote;

fn errors(attr: TokenStream, item: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    let options = parse::options(attr, &mut errors);
    model(options, &item, &mut errors);
    errors.texts()
}

fn orders(attr: TokenStream) -> Vec<String> {
    errors(
        attr,
        quote!(
            pub struct Orders;
        ),
    )
}

#[test]
fn a_full_declaration_is_fine() {
    let none: [&str; 0] = [];
    assert_eq!(orders(quote!(name = "orders", key = UserName, value = Order, partitions = 3)), none);
    let all = quote! {
        name = "orders", key = TimeWindowed<UserName>, value = BTreeMap<String, u64>, partitions = 2 * COUNT, partitioner = Crc32,
        history = hours(1), window = hours(1), reset = latest, timestamp = |_, v: &Order, _| v.at,
        expect_keys = 1_000 * 1_000, expect_row_bytes = 80, crate = "facade::kstreams",
    };
    assert_eq!(orders(all), none);
}

#[test]
fn what_is_missing_is_said_in_one_sentence() {
    assert_eq!(orders(quote!(key = UserName, value = Order)), ["topic `Orders` does not say name = \"..\", partitions = <count>"]);
}

#[test]
fn every_mistake_is_an_error_of_its_own() {
    let found =
        orders(quote!(name = "my orders", colour = BTreeMap<String, u64>, key = UserName, key = Other, value = Order, partitions = 0));
    assert_eq!(
        found,
        [
            "unknown option `colour`; expected one of: name, pattern, key, value, partitions, partitioner, history, window, reset, timestamp, expect_keys, expect_row_bytes, crate",
            "option `key` is given twice",
            "topic name \"my orders\" holds ' '; Kafka takes ASCII letters, digits, `.`, `_` and `-`",
            "a topic has at least one partition: `partitions = 1`",
        ]
    );
}

#[test]
fn a_count_is_a_number() {
    let text = "`partitions` is a count of partitions, a `u32` such as `partitions = 3`";
    assert_eq!(orders(quote!(name = "orders", key = K, value = V, partitions = "3")), [text]);
    assert_eq!(orders(quote!(name = "orders", key = K, value = V, partitions = 5_000_000_000)), [text]);
}

#[test]
fn a_topic_begins_at_one_of_its_ends() {
    let text = "`reset` is `earliest` or `latest`, not `middle`: where reading begins if the group has committed nothing";
    assert_eq!(orders(quote!(name = "orders", key = K, value = V, partitions = 3, reset = middle)), [text]);
}

#[test]
fn a_pattern_stands_in_the_place_of_a_name() {
    let none: [&str; 0] = [];
    assert_eq!(orders(quote!(pattern = "shop-.*-orders", key = K, value = V, partitions = 3, reset = latest)), none);
    let both = "a topic has a `name`, or a `pattern` that the names of many match: leave one of them out";
    assert_eq!(orders(quote!(pattern = "shop-.*", name = "shop", key = K, value = V, partitions = 3)), [both]);
    let history = "a pattern is read as a stream, and only a table has a `history`: declare the topic by its `name`";
    assert_eq!(orders(quote!(pattern = "shop-.*", key = K, value = V, partitions = 3, history = hours(1))), [history]);
    let rows = "a pattern is read as a stream, and only a table holds rows to expect: leave it out";
    assert_eq!(orders(quote!(pattern = "shop-.*", key = K, value = V, partitions = 3, expect_keys = 7)), [rows]);
    let found = orders(quote!(pattern = "shop-(", key = K, value = V, partitions = 3));
    assert!(found[0].starts_with("pattern \"shop-(\" is no regular expression: "), "{found:?}");
    let blank = "pattern \"my shop\" matches no topic: their names are not empty and hold no blanks";
    assert_eq!(orders(quote!(pattern = "my shop", key = K, value = V, partitions = 3)), [blank]);
}

#[test]
fn a_topic_is_a_unit_struct() {
    let full = quote!(name = "orders", key = K, value = V, partitions = 3);
    assert_eq!(
        errors(
            full.clone(),
            quote!(
                struct Orders<T> {
                    of: T,
                }
            )
        ),
        [
            "a topic is a unit struct, the fields are those of its `value = ..`: `pub struct Orders;`",
            "a topic has no parameters: `pub struct Orders;`"
        ]
    );
    assert_eq!(
        errors(
            full,
            quote!(
                fn orders() {}
            )
        ),
        ["`#[topic]` declares a topic on a unit struct: `pub struct Orders;`"]
    );
}

#[test]
fn the_types_of_an_unfinished_topic_come_out() {
    let item = quote!(
        pub struct Orders;
    );
    let types = |attr| topic(attr, item.clone()).to_string().matches("PhantomData <").count();
    assert_eq!(types(quote!(name = "orders", key = UserName)), 1);
    assert_eq!(types(quote!(key = UserName, value = Order, name = )), 2);
    assert_eq!(types(quote!(name = "orders", key = UserName, value = Order, partitions = 3)), 0);
}

#[test]
fn the_item_comes_out_first_and_unchanged() {
    let item = quote!(
        /// Orders.
        #[derive(Debug)]
        pub(crate) struct Orders;
    );
    for attr in [quote!(), quote!(name = ), quote!(name = "orders", key = K, value = V, partitions = 3)] {
        let out = topic(attr, item.clone()).to_string();
        assert!(out.starts_with(&item.to_string()), "{out}");
    }
    let broken = quote!(pub struct Orders { of: });
    assert!(topic(quote!(), broken.clone()).to_string().starts_with(&broken.to_string()));
}

#[test]
fn the_crate_can_have_another_path() {
    let out = topic(
        quote!(name = "orders", key = K, value = V, partitions = 3, history = h(), timestamp = f, crate = "my::ks"),
        quote!(
            struct Orders;
        ),
    );
    let out = out.to_string();
    assert!(out.contains("impl my :: ks :: Topic for Orders"), "{out}");
    assert!(!out.contains("kstreams"), "{out}");
    assert_eq!(
        orders(quote!(name = "orders", key = K, value = V, partitions = 3, crate = "1x")),
        ["`1x` is no path; `crate` says where kstreams is, e.g. `crate = \"my_facade::kstreams\"`"]
    );
}
