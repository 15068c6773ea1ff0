//! Laws of random topologies over random inputs.
//!
//! `KSTREAMS_LAWS_SEEDS=5000` runs that many seeds of each law, `KSTREAMS_LAWS_SEEDS=17..18` the one of a failure. A failing case is shrunk and printed
//! as a line of the vectors' grammar.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]
use kstreams_tests::laws::{self, Case, Gene, InputGene, Language, Verdict};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap, fmt, ops::Range, panic};

#[test]
fn at_least_once_and_exactly_once_agree() -> Result<(), Broken> {
    holds("guarantees", 150, &["step by step", "commits anywhere", "a crash at least once"], Language::All, laws::guarantees_agree)
}
#[test]
fn merging_partitions_commutes_with_stateless_operators() -> Result<(), Broken> {
    holds(
        "merging partitions",
        250,
        &["as a multiset", "in order of a key", "a backlog in order of a key"],
        Language::Stateless,
        laws::partitions_merge,
    )
}
#[test]
fn tables_do_not_depend_on_the_number_of_partitions() -> Result<(), Broken> {
    holds("tables over partitions", 250, &["step by step"], Language::Patient, laws::tables_do_not_know_their_partitions)
}
#[test]
fn a_table_is_the_fold_of_its_changelog() -> Result<(), Broken> {
    holds("fold of the changelog", 250, &["with tables"], Language::All, laws::a_table_is_the_fold_of_its_changelog)
}
#[test]
fn a_restart_changes_nothing_but_what_is_listed() -> Result<(), Broken> {
    holds(
        "restarts",
        250,
        &["as a planned one", "as none", "in the middle of a step", "over what is not committed"],
        Language::All,
        laws::a_restart_changes_nothing,
    )
}

/// A law that does not hold, and the shrunk case.
struct Broken(String);
impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All `parts` of the law must have had something to say.
fn holds(name: &str, count: u64, parts: &[&str], language: Language, law: fn(&Case) -> Verdict) -> Result<(), Broken> {
    // A task that fails panics, in every step of the shrinking; what it says is in the verdict.
    panic::set_hook(Box::new(|_| ()));
    let seeds = seeds(count);
    let mut said: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in seeds.clone() {
        holds_of(name, seed, language, law)?.into_iter().for_each(|part| *said.entry(part).or_default() += 1);
    }
    println!("{name}: seeds {seeds:?}, of which the law says {said:?}");
    match parts.iter().find(|part| !said.contains_key(**part)) {
        Some(part) if seeds.end - seeds.start > 20 => Err(Broken(format!("{name}: no case is inside the law's part `{part}`"))),
        _ => Ok(()),
    }
}
/// What the law had to say of this seed's case.
fn holds_of(name: &str, seed: u64, language: Language, law: fn(&Case) -> Verdict) -> Result<Vec<&'static str>, Broken> {
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 1_500, ..Config::default() };
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let said = RefCell::new(vec![]);
    let result = runner.run(&case(), |case| {
        *said.borrow_mut() = law(&case).map_err(TestCaseError::fail)?;
        Ok(())
    });
    match result {
        Ok(()) => Ok(said.take()),
        Err(TestError::Fail(why, case)) => Err(Broken(format!("{name}, seed {seed}: {why}\n{}", shown(&case, language)))),
        Err(TestError::Abort(why)) => Err(Broken(format!("{name}, seed {seed}: {why}"))),
    }
}
fn shown(case: &Case, language: Language) -> String {
    let line = case.line(language);
    let list = |field: &str| line[field].as_array().unwrap().iter().map(|v| format!("\n  {v}")).collect::<String>();
    format!("nodes:{}\ninputs:{}\ndice: {}", list("nodes"), list("inputs"), case.dice)
}
fn seeds(count: u64) -> Range<u64> {
    let Ok(wish) = std::env::var("KSTREAMS_LAWS_SEEDS") else { return 0..count };
    match wish.split_once("..") {
        Some((from, to)) => from.parse().unwrap()..to.parse().unwrap(),
        None => 0..wish.parse().unwrap(),
    }
}

fn case() -> impl Strategy<Value = Case> {
    (prop::collection::vec(gene(), 1..9), prop::collection::vec(input(), 1..36), any::<u64>()).prop_map(|(genes, inputs, dice)| Case {
        genes,
        inputs,
        dice,
    })
}
fn gene() -> impl Strategy<Value = Gene> {
    (0..1_000usize, 0..6usize, 0..12usize, 0..12usize, 0..1_000u64).prop_map(|(op, from, with, how, number)| Gene {
        op,
        from,
        with,
        how,
        number,
    })
}
fn input() -> impl Strategy<Value = InputGene> {
    let pace = prop_oneof![6 => 0..15i64, 1 => -40..0i64, 1 => 15..200i64];
    (0..1_000usize, 0..5u8, 0..60u8, 0..60u8, pace).prop_map(|(topic, key, value, digit, pace)| InputGene {
        topic,
        key,
        value,
        digit,
        pace,
    })
}
