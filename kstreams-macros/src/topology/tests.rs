//! What `#[topology]` makes, and what it says about mistakes.
use super::*;
use quote::quote;

fn model(options: parse::Options, item: &TokenStream, errors: &mut Errors) -> Option<model::Topology> {
    let topology = parse::function(item, errors).map(|f| model::Topology::new(options, f, errors));
    if let Some(t) = &topology {
        check::check(t, errors);
    }
    topology
}

fn errors(item: TokenStream) -> Vec<String> {
    with_options(quote!(id = "t"), item)
}

fn with_options(attr: TokenStream, item: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    let options = parse::options(attr, &mut errors);
    model(options, &item, &mut errors);
    errors.texts()
}

/// The errors of a body over `orders`, a stream, and `limits`, a setting.
fn body(body: TokenStream) -> Vec<String> {
    errors(quote!(fn t(orders: StreamOf<Orders>, limits: &Limits) { #body }))
}

const NONE: [&str; 0] = [];

#[test]
fn a_usual_topology_is_fine() {
    let item = quote! {
        pub fn order_totals(orders: StreamOf<(Orders, OldOrders)>, mut users: kstreams::TableOf<Users>, limits: &Limits) -> StoreOf<UserName, u64> {
            let limit = if limits.strict { 1 } else { limits.orders.iter().count() };
            let seen = kv("seen");
            let counts = orders.filter(move |o| if o.quantity > limit { true } else { false }).left_join(users, with_user)
                .process(seen, || Velocity).repartition_for(&users, "moved", key).count(stored("counts").retention(days(2)));
            counts.to(Totals);
            counts.store()
        }
    };
    assert_eq!(errors(item), NONE);
}

#[test]
fn the_id_is_written_down_and_legal() {
    let item = quote!(
        fn order_totals(orders: StreamOf<Orders>) {
            orders.discard();
        }
    );
    assert_eq!(
        with_options(quote!(), item.clone()),
        ["a topology's id names its consumer group, topics and state, so it is written down: `#[topology(id = \"order-totals\")]`"]
    );
    assert_eq!(
        with_options(quote!(id = "order totals", name = "x", lock = 3), item),
        [
            "unknown option `name`; expected one of: id, lock, drawing, crate",
            "expected string literal",
            "topology id \"order totals\" holds ' '; Kafka takes ASCII letters, digits, `.`, `_` and `-`: its internal topics are named after it",
        ]
    );
}

#[test]
fn names_are_unique_literals() {
    let text =
        |op: &str, kind: &str| format!("`{op}` needs a name that outlives this build, written as a string literal, e.g. `\"my-{kind}\"`");
    assert_eq!(body(quote!(orders.count();)), [text("count", "store")]);
    assert_eq!(body(quote!(orders.deduplicate(NAME, minutes(1), id).discard();)), [text("deduplicate", "store")]);
    assert_eq!(body(quote!(orders.repartition::<S>(limits.name, |o| o.item.clone());)), [text("repartition", "repartition")]);
    assert_eq!(body(quote!(orders.repartition_for(&other, NAME, item);)), [text("repartition_for", "repartition")]);
    assert_eq!(body(quote!(orders.process(kv(NAME), || P);)), [text("kv", "store")]);
    assert_eq!(body(quote!(let kept = stored("kept").retention(days(2)); orders.count(kept);)), NONE);
    assert_eq!(body(quote!(let kept = stored("kept"); let kept = limits.name; orders.count(kept);)), [text("count", "store")]);
    assert_eq!(
        body(quote!(orders.group_by("same", key).count("same");)),
        [
            "the name `same` is taken by a repartition topic of this topology; state survives a restart by its name, so names must be unique",
            "`same` was first used here",
        ]
    );
}

#[test]
fn names_are_legal_in_the_topics_named_after_them() {
    assert_eq!(
        body(quote!(orders.count("per user");)),
        ["store name \"per user\" holds ' '; Kafka takes ASCII letters, digits, `.`, `_` and `-`: its topic is named after it"]
    );
    let long = "x".repeat(240);
    let found = body(quote!(orders.count(#long);));
    assert!(found[0].contains("is too long") && found[0].contains("254 characters"), "{found:?}");
}

#[test]
fn the_shape_is_fixed() {
    for shape in [
        quote!(for limit in limits {
            orders.filter(f);
        }),
        quote!(if limits.strict {
            orders.discard();
        }),
        quote!(match limits.n {
            1 => orders.discard(),
            _ => {}
        }),
        quote!(let big = orders.filter(f); while true { big.discard(); }),
        quote!(let (a, _b) = orders.split().branch("a", f).default_branch(); loop { a.discard(); }),
    ] {
        assert_eq!(body(quote!(orders; #shape)), [check::FIXED_SHAPE], "{shape}");
    }
}

#[test]
fn operators_borrow_no_setting() {
    let text = "an operator outlives this function, so it cannot borrow `limits`: copy what it needs first, e.g. `let limit = limits.limit;`, and move it: `move |..| ..`";
    assert_eq!(body(quote!(orders.filter(|o| o.n > limits.n).discard();)), [text]);
    assert_eq!(body(quote!(let n = limits.iter().map(|l| l + limits.len()).max(); orders.filter(move |o| o.n > n).discard();)), NONE);
    assert_eq!(body(quote!(let limits = limits.clone(); orders.filter(move |o| o.n > limits.n).discard();)), NONE);
    assert_eq!(
        errors(quote!(
            fn t(orders: StreamOf<Orders>, n: &'static str, m: u8) {
                orders.filter(move |o| o.n > n && o.m > m).discard();
            }
        )),
        NONE
    );
}

#[test]
fn parameters_are_names_of_topics_and_settings() {
    assert_eq!(
        errors(quote!(
            fn t(limits: &Limits) {}
        )),
        ["`t` reads no topic: add a parameter such as `orders: StreamOf<Orders>` or `users: TableOf<Users>`"]
    );
    assert_eq!(
        errors(quote!(
            fn t(&self, (a, b): (u32, u32), orders: Stream<S, Order>) {}
        )),
        [
            "a topology is a free function: give what it needs of `self` as a setting, e.g. `limits: &Limits`",
            "a topology's parameters are plain names: take the pattern apart in the body",
            "`orders` must say which topic it reads: `orders: StreamOf<Topic>`, with a `#[topic(..)] struct Topic;`",
        ]
    );
    assert_eq!(
        errors(quote!(
            async fn t(users: TableOf<Users>) {}
        )),
        [
            "a topology is described, not awaited: remove `async`; what must be awaited becomes a setting, e.g. `limits: &Limits`",
            "`users` is never used: the application would subscribe to topic `Users` and drop every record; remove the parameter or use it",
        ]
    );
}

#[test]
fn a_locked_name_must_be_written_somewhere() {
    let lock = |text: &str| lock::Lock { path: syn::parse_quote!("t.lock"), text: Some(text.into()) };
    let found = |text: &str| {
        let mut errors = Errors::default();
        let options = parse::Options { id: Some(syn::parse_quote!("t")), lock: Some(lock(text)), ..Default::default() };
        let item = quote!(
            fn t(orders: StreamOf<Orders>) {
                orders.join_stream(x, w, "pairs", f).count("totals").to(Totals);
            }
        );
        model(options, &item, &mut errors);
        errors.texts()
    };
    assert_eq!(
        found("# made by hand\n\nstore totals kind=kv key=1 value=2\nstore pairs-this-join-store kind=join\nstore pairs-Buffer kind=kv\n"),
        NONE
    );
    assert_eq!(
        found(
            "application t\nlayout 1f\nsource orders partitions=3\nresult totals-out partitions=3\ntype 1 u64\nforgotten store gone kind=kv\n"
        ),
        NONE
    );
    assert_eq!(
        found("application u\nstore totals kind=kv"),
        [
            "the deployed topology is `u`: consumer group, topics and state are named after it, and all of them would be left behind. Keep the id, or delete the lock if a new application is meant"
        ]
    );
    assert_eq!(
        found("repartition moved partitions=3"),
        [
            "repartition `moved` of the deployed topology is named nowhere in this function: an upgrade would leave topic `t-moved-repartition` and its contents behind. Was it renamed? Keep the name, or drop it on purpose with `cargo kstreams lock --forget moved`"
        ]
    );
}

#[test]
fn a_lock_that_is_not_there_is_tested_all_the_same() {
    let made = |attr: TokenStream, item: TokenStream| topology(attr, item).to_string();
    let plain = quote!(
        fn t(orders: StreamOf<Orders>) {
            orders.count("totals").to(Totals);
        }
    );
    let with_settings = quote!(
        fn t(orders: StreamOf<Orders>, n: u64) {
            orders.filter(move |o| *o > n).count("totals").to(Totals);
        }
    );
    let absent = quote!(id = "t", lock = "typo.lock");
    let out = made(absent.clone(), plain.clone());
    assert!(out.contains("fn lock ()") && out.contains("check_lock (& topology () , :: core :: option :: Option :: None"), "{out}");
    assert!(!out.contains("include_str"), "{out}");
    let out = made(absent, with_settings);
    assert!(out.contains("fn lock ()") && out.contains("lock_is_there (\"t\""), "{out}");
    // A folder is there and cannot be read as a file.
    let out = made(quote!(id = "t", lock = "src"), plain.clone());
    assert!(out.contains("the lock `src` cannot be read: "), "{out}");
    assert!(!made(quote!(id = "t"), plain).contains("fn lock"));
}

#[test]
fn sizes_of_windows_are_asserted() {
    let out = topology(
        quote!(id = "t"),
        quote!(
            fn t(orders: StreamOf<(Orders, Old)>, hourly: TableOf<Hourly>) {
                orders.join(hourly, f).to(T);
            }
        ),
    );
    let out = out.to_string().replace(' ', "");
    assert!(out.contains("SizeOf<Orders>>::IS_SAID&&<::kstreams::__private::SizeOf<Old>>::IS_SAID"), "{out}");
    assert!(out.contains("SizeOf<Hourly>>::IS_SAID"), "{out}");
}

#[test]
fn constant_retentions_are_asserted() {
    let asserted = |store: TokenStream, window: TokenStream| {
        let item = quote!(fn t(orders: StreamOf<Orders>) { orders.windowed_by(#window).emit_final().count(#store).to(T); });
        topology(quote!(id = "t"), item).to_string().contains("retained")
    };
    let (store, window) = (quote!(stored("s").retention(minutes(30)).in_memory()), quote!(tumbling(hours(1)).grace(minutes(5))));
    assert!(asserted(store.clone(), window.clone()));
    assert!(asserted(quote!(stored("s").retention(RETENTION)), quote!(hopping(hours(1), minutes(2 * 5)))));
    assert!(!asserted(quote!(stored("s").retention(limits.kept)), window.clone()), "a value of run time");
    assert!(!asserted(store.clone(), quote!(session(hours(1)))), "another kind of window");
    assert!(!asserted(quote!("s"), window), "no retention given");
}

#[test]
fn the_item_comes_out_first_and_unchanged() {
    let items = [
        quote!(
            pub fn t(orders: StreamOf<Orders>) {
                orders.count("n").to(Totals);
            }
        ),
        quote!(
            pub fn t(orders: StreamOf<Orders>) {
                for o in orders {}
            }
        ),
        quote!(pub fn t(orders: StreamOf<Orders>) { orders.; }),
        quote!(
            struct Orders;
        ),
    ];
    for item in items {
        for attr in [quote!(id = "t"), quote!(), quote!(id)] {
            let out = topology(attr, item.clone()).to_string();
            let expected = quote!(#[deny(unused_must_use)] #item).to_string();
            assert!(out.starts_with(&expected), "{out}");
        }
    }
}

#[test]
fn an_item_of_another_kind_is_said_to_be_one() {
    let text = "`#[topology]` describes a topology by a function: `pub fn counts(orders: StreamOf<Orders>) { .. }`";
    assert_eq!(
        errors(quote!(
            struct Orders;
        )),
        [text]
    );
    assert_eq!(errors(quote!(fn t(orders: StreamOf<Orders>) { orders.; })), NONE);
}

#[test]
fn the_crate_can_have_another_path() {
    let item = quote!(
        fn t(orders: StreamOf<Orders>, n: u32) {
            orders.windowed_by(tumbling(hours(1))).count(stored("s").retention(hours(2))).to(Totals);
        }
    );
    let out = topology(quote!(id = "t", crate = "my::ks"), item).to_string();
    assert!(out.contains("-> my :: ks :: Topology < () >"), "{out}");
    assert!(!out.contains(":: kstreams"), "{out}");
}

#[test]
fn the_module_has_the_documentation_of_the_function_and_its_names() {
    let item = quote! {
        /// Orders per user.
        pub fn t(orders: StreamOf<Orders>) { orders.group_by("moved", f).count("totals").to(Totals); }
    };
    let out = topology(quote!(id = "t"), item).to_string();
    let (_, module) = out.split_once("}").unwrap();
    assert!(module.contains("Orders per user."), "{module}");
    assert!(
        module.contains(
            "| `moved` | repartition topic | `t-moved-repartition` |\\n| `totals` | store | `t-totals-changelog`, if it has one |\\n"
        ),
        "{module}"
    );
}

#[test]
fn rustdoc_shows_topics_names_and_operators() {
    let item = quote! {
        fn totals(orders: StreamOf<Orders>, users: TableOf<Users>, limit: u64) {
            let seen = kv("seen");
            let counts = orders.filter(|o| o.quantity > 1 || o.free).left_join(users, shop::with_user).process((seen, users), || Velocity)
                .repartition_for(&users, "moved", key).windowed_by(tumbling(hours(1)).grace(minutes(5))).count("counts");
            counts.to(Totals);
            counts.to_stream().unwindow::<Space<String, 3>>().discard();
            counts.store()
        }
    };
    let text = topology(quote!(id = "t"), item).to_string().replace("\\n", "\n");
    for row in [
        "| [`Orders`] | read as `orders` |",
        "| [`Totals`] | written |",
        "| `moved` | repartition topic | `t-moved-repartition` |",
        "| `seen` | store | `t-seen-changelog`, if it has one |",
        "## Operators\n\n| operator | takes |\n|---|---|\n| `filter` | a closure |\n| `left_join` | `users`, [`shop::with_user`] |",
        "| `process` | `seen`, `users`, a closure |\n| `repartition_for` | `users`, `moved`, [`key`] |",
        "| `windowed_by` | `tumbling(hours(1)).grace(minutes(5))` |\n| `count` | `counts` |\n| `to` | [`Totals`] |",
        "| `unwindow::<Space<String, 3>>` |",
    ] {
        assert!(text.contains(row), "{row}\nis not in\n{text}");
    }
    assert!(!text.contains("| `store`"), "a handle for queries moves no record");
}

#[test]
fn a_page_without_its_drawing_says_how_to_write_it() {
    let made = |drawing: &str| {
        topology(
            quote!(id = "orders", drawing = #drawing),
            quote!(
                fn t(orders: StreamOf<Orders>) {
                    orders.discard();
                }
            ),
        )
        .to_string()
    };
    assert!(
        made("no.svg")
            .contains("There is no drawing at `no.svg` yet: `cargo kstreams doc --format svg --out DIR` writes it to `DIR/orders.svg`.")
    );
    let there = made("Cargo.toml");
    assert!(there.contains("include_str") && !there.contains("There is no drawing"), "{there}");
}
