//! Completion in an editor: what rust-analyzer offers while a topology is written, that is, while it does not compile.
//!
//! The macros owe it that the user's function comes out first and unchanged, however broken it is, with nothing before it that depends on what
//! is in it; the types, that a method is offered where it can be called and nowhere else.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams_tests::editor::Editor;
use std::{collections::BTreeSet, path::Path};

/// The crate that is being written; what a case is about comes below it.
const CRATE: &str = include_str!("../completion/lib.rs");

/// Somebody writes `text` and stops at `^`. The names that must be offered and those that must not have blanks between them.
struct Case {
    what: &'static str,
    text: &'static str,
    offered: &'static str,
    not_offered: &'static str,
}
const fn case(what: &'static str, text: &'static str, offered: &'static str, not_offered: &'static str) -> Case {
    Case { what, text, offered, not_offered }
}

/// A stream whose records lie where their keys belong.
const STREAM: &str = "filter map_values select_key repartition group_by split merge join left_join join_stream windowed_by count reduce \
                      aggregate process to";
/// What only records can do that lie there.
const PLACED: &str = "count reduce aggregate group_by windowed_by to_table join_stream";
const TABLE: &str = "filter map_values group_by join left_join join_foreign suppress to_stream to store";
const WINDOWS: &str = "count reduce aggregate emit_final";
const ORDER: &str = "item ordered_at quantity";
const USER_ORDER: &str = "order address";
const NO_STREAM: &str = "to_stream suppress join_foreign emit_final present item";
const NO_TABLE: &str = "count windowed_by emit_final repartition address";

/// In the body of a function with `#[topology]`.
const BODIES: &[Case] = &[
    case("a stream", "orders.^", STREAM, NO_STREAM),
    case("a stream, the statement ended", "orders.^;", STREAM, NO_STREAM),
    case("a stream, statements below", "orders.^\nusers.to_stream().discard();", STREAM, NO_STREAM),
    case("a stream, statements above", "users.to_stream().discard();\norders.^", STREAM, NO_STREAM),
    case("a stream, to get a name", "let large = orders.^", STREAM, NO_STREAM),
    case("a stream with a name", "let large = orders.filter(|o| o.quantity > 1);\nlarge.^\nclicks.discard();", STREAM, NO_STREAM),
    case("a table", "users.^", TABLE, NO_TABLE),
    case("a setting", "limits.^", "largest strict", "filter"),
    case("a method of which some letters are typed", "orders.filter(|o| o.quantity > 1).coun^", "count", "to_stream"),
    case("a method amid a chain", r#"orders.^.count("totals").to(Totals);"#, STREAM, NO_STREAM),
    // What an operator makes of it.
    case("behind a filter", "orders.filter(|o| o.quantity > 1).^", STREAM, NO_STREAM),
    case("on a line of its own", "orders\n    .left_join(users, with_user)\n    .^", STREAM, NO_STREAM),
    case("records that may lie elsewhere", "orders.select_key(|o| o.item.clone()).^", "filter place repartition join_global", PLACED),
    case("records that were moved", r#"orders.group_by("by-item", |o| o.item.clone()).^"#, STREAM, NO_STREAM),
    case("windows", "clicks.windowed_by(tumbling(hours(1))).^", WINDOWS, "filter to"),
    case("counts of windows", r#"clicks.windowed_by(tumbling(hours(1))).count("hourly").^"#, TABLE, NO_TABLE),
    case("counts", r#"clicks.count("totals").^"#, TABLE, NO_TABLE),
    case("changes of a table", r#"clicks.count("totals").to_stream().^"#, "present filter map_values to", "suppress"),
    case("arms", "orders.split().^", "branch", "filter to"),
    case("what a processor emits", r#"orders.process(kv("seen"), || Velocity).^"#, STREAM, NO_STREAM),
    // In closures.
    case("the record of a filter", "orders.filter(|o| o.^)", ORDER, "address filter"),
    case("the record of a filter, the bracket open", "orders.filter(|o| o.^", ORDER, "address filter"),
    case(
        "the record of a filter, the chain goes on",
        "orders.filter(|o| o.^).left_join(users, with_user).to(UserOrders);",
        ORDER,
        "address",
    ),
    case("the record of a filter, statements below", "orders.filter(|o| o.^ > 1);\nclicks.discard();", ORDER, "address"),
    case("the record behind a join", "orders.left_join(users, with_user).map_values(|o| o.^)", USER_ORDER, ORDER),
    case("the record in a record", "orders.left_join(users, with_user).map_values(|o| o.order.^)", ORDER, USER_ORDER),
    case("the record of a table", "users.filter(|u| u.^)", "address", ORDER),
    case("the record of an arm", r#"orders.split().branch("large", |o| o.^)"#, ORDER, "address"),
    case("the left record of a join", r#"orders.join_stream(clicks, within(hours(1)), "pairs", |o, n| o.^)"#, ORDER, "address"),
    case("the right record of a join", "orders.join(users, |o, u| u.^)", "address", ORDER),
    case("the record of an aggregation", r#"orders.aggregate("all", Vec::new, |all, o| o.^)"#, ORDER, "push"),
    case("the aggregate", r#"orders.aggregate("all", Vec::new, |all, o| all.^)"#, "push", ORDER),
    case("a key", "clicks.filter_kv(|user, n| user.^)", "0 clone", ORDER),
    // As arguments.
    case("a table to join", "orders.left_join(us^", "users items", ""),
    case("a function to join with", "orders.left_join(users, wi^", "with_user", ""),
    case("a topic to write", r#"clicks.count("totals").to(Tot^);"#, "Totals", ""),
    case("windows to count in", "clicks.windowed_by(tu^", "tumbling hopping session", ""),
    case("a processor", r#"orders.process(kv("seen"), || Vel^"#, "Velocity", ""),
    // Where something else does not parse, and rust-analyzer does not mend it before it calls the macro.
    case("behind an unfinished comparison", "orders.filter(|o| o.quantity >).^", STREAM, NO_STREAM),
    case("behind a comma too few", r#"clicks.reduce("totals" |all, n| *all += n).^"#, TABLE, NO_TABLE),
    case("below an unfinished statement", "let n = ;\norders.^", STREAM, NO_STREAM),
    case("below an unfinished import", "use;\norders.filter(|o| o.^)", ORDER, "address"),
    case("to get a name of an unfinished type", "let large: = orders.^", STREAM, NO_STREAM),
    case("behind an unfinished arm", "orders.map_values(|o| match o.quantity { 1 => , n => n }).^", STREAM, NO_STREAM),
    // Where only what is typed next makes it parse.
    case("a value to name", "let large = ^;", "orders clicks users", ""),
    case("a type to name", "let settings: ^ = limits;", "Limits", ""),
    case("a table to join, no letter typed", "orders.left_join(^, with_user).to(UserOrders);", "users items", ""),
    // Where something else is wrong.
    case("below a type error", "let n: u32 = \"none\";\norders.^", STREAM, NO_STREAM),
    case("behind a type error", "orders.filter(|o| o.nothing + true).^", STREAM, NO_STREAM),
    case("behind an unknown name", "orders.filter(nothing).^", STREAM, NO_STREAM),
    case("behind a join that cannot be", "orders.left_join(items, with_user).^", STREAM, "suppress emit_final"),
    case("below a join that cannot be", "orders.left_join(clicks, |o, n| 1).to(Totals);\nusers.filter(|u| u.^)", "address", ORDER),
    case("below a store without a name", "clicks.count().to(Totals);\norders.^", STREAM, NO_STREAM),
    case("below a name that comes again", r#"clicks.count("n").to(Totals); orders.group_by("n", |o| o.item.clone()).^"#, STREAM, NO_STREAM),
    case("in a branch over streams", "if limits.strict { orders.^ }", STREAM, NO_STREAM),
    case("above a loop through a topic", "users.^;\nclicks.to(Users);", TABLE, NO_TABLE),
    case("below another unfinished chain", "users.;\norders.^", STREAM, NO_STREAM),
];

/// Beside other items of the crate.
const ITEMS: &[Case] = &[
    case("no id", "#[topology]\npub fn t(orders: StreamOf<Orders>) { orders.^ }", STREAM, NO_STREAM),
    case("a broken option", "#[topology(id = )]\npub fn t(orders: StreamOf<Orders>) { orders.filter(|o| o.^) }", ORDER, "address"),
    case("no topic is read", "#[topology(id = \"t\")]\npub fn t(limits: &Limits) { limits.^ }", "largest", "filter"),
    case("a topic to read", "#[topology(id = \"t\")]\npub fn t(clicks: StreamOf<Cl^", "Clicks", ""),
    case(
        "a topic to read, all else is there",
        "#[topology(id = \"t\")]\npub fn t(clicks: StreamOf<Cl^>) { clicks.discard(); }",
        "Clicks",
        "",
    ),
    case("a table to read", "#[topology(id = \"t\")]\npub fn t(users: TableOf<Us^>, limits: &Limits) -> u8 { 1 }", "Users", ""),
    case("a handle", "#[topology(id = \"t\")]\npub fn t(clicks: Stre^)", "StreamOf", ""),
    case(
        "the key of a store",
        "#[topology(id = \"t\")]\npub fn t(users: TableOf<Users>) -> StoreOf<Us^> { users.store() }",
        "UserName",
        "",
    ),
    case(
        "the module's function",
        "#[topology(id = \"t\")]\npub fn t(clicks: StreamOf<Clicks>) { clicks.discard() }\nfn x() { t::^ }",
        "topology",
        "",
    ),
    case("a reusable piece", "fn piece<S: Placed<Key = UserName>>(orders: Stream<S, Order>) { orders.^ }", "filter count to", NO_STREAM),
    // Options come one after the other, and it is the last one that is being written.
    case("the key of a topic", "#[topic(name = \"x\", key = User^)]\npub struct X;", "UserName", ""),
    case("the value of a topic", "#[topic(name = \"x\", key = UserName, value = Or^)]\npub struct X;", "Order", ""),
    case(
        "the key of a topic with all options",
        "#[topic(name = \"x\", key = User^, value = Order, partitions = 3)]\npub struct X;",
        "UserName",
        "",
    ),
    case(
        "the history of a topic",
        "#[topic(name = \"x\", key = UserName, value = u64, partitions = 3, history = ho^)]\npub struct X;",
        "hours",
        "",
    ),
    case("a field of a record", "#[derive(Serialize, Deserialize, Record)]\npub struct X { pub item: Item^ }", "ItemName", ""),
    case(
        "the store of a processor",
        "struct P;\nimpl Processor for P {\n    type Key = UserName;\n    type In = Order;\n    type Stores = KvStore<UserName, u64>;\n    \
         type Out = EmitInPlace<UserName, u64>;\n    \
         fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> { cx.stores.^ }\n}",
        "get put all clear",
        "",
    ),
];

#[test]
fn what_fits_is_offered_while_a_topology_is_written() {
    let Some(mut editor) = Editor::open(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("completion")) else { return };
    let bodies = BODIES.iter().map(|case| (case, in_a_topology(case.text)));
    let items = ITEMS.iter().map(|case| (case, format!("{CRATE}\n{}\n", case.text)));
    let wrong: Vec<String> = bodies.chain(items).filter_map(|(case, text)| wrong(case, &editor.offered(&text))).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n\n{}", wrong.len(), BODIES.len() + ITEMS.len(), wrong.join("\n\n"));
}

fn in_a_topology(body: &str) -> String {
    format!(
        "{CRATE}\n/// What is being written.\n#[topology(id = \"shop\")]\npub fn shop(orders: StreamOf<Orders>, clicks: StreamOf<Clicks>, \
         users: TableOf<Users>, items: TableOf<Items>, limits: &Limits) {{\n{body}\n}}\n"
    )
}
/// What is wrong with what is offered.
fn wrong(case: &Case, offered: &BTreeSet<String>) -> Option<String> {
    let missing: Vec<&str> = case.offered.split_whitespace().filter(|name| !offered.contains(*name)).collect();
    let too_much: Vec<&str> = case.not_offered.split_whitespace().filter(|name| offered.contains(*name)).collect();
    let fine = missing.is_empty() && too_much.is_empty();
    (!fine).then(|| format!("{}: {}\n  missing {missing:?}, offered wrongly {too_much:?}, all: {offered:?}", case.what, case.text))
}
