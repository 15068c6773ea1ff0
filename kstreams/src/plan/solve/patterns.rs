//! Which of the brokers' topics the patterns of a plan take.
use super::{Facts, Report, TopicOptions, indices};
use crate::plan::{
    Named, Origin, Plan, TopicIndex,
    pattern::{taken_twice, whole},
};
use regex_lite::Regex;

/// The patterns of a plan, as they are matched with names on the brokers.
pub struct Patterns {
    application_id: String,
    /// Names of internal topics that the plan has.
    own: Vec<String>,
    all: Vec<(TopicIndex, String, Regex)>,
}
/// Ends of the names of internal topics, behind the application id.
pub(crate) const INTERNAL: [&str; 4] = ["-changelog", "-repartition", "-subscription-registration-topic", "-subscription-response-topic"];

impl Patterns {
    /// Those of a plan. One that is no expression takes nothing; the plan has a problem then.
    pub fn of(plan: &Plan, options: &TopicOptions) -> Patterns {
        let compiled = |topic| {
            let (prefix, text) = options.pattern(plan, topic);
            Some((topic, format!("{prefix}{text}"), whole(prefix, text).ok()?))
        };
        let internal = indices(plan).filter(|topic| plan.topic(*topic).origin != Origin::User).map(|topic| plan.topic_name(topic));
        let own = internal.chain(super::stores(plan).filter_map(|store| plan.changelog_name(store))).collect();
        Patterns { application_id: plan.id.clone(), own, all: plan.patterns().filter_map(compiled).collect() }
    }
    /// Whether the plan has none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
    /// Each pattern with the topics that it takes, by their names in order. Internal topics, of this application and of Kafka, are nobody's source.
    pub fn find<'a>(&self, there: impl IntoIterator<Item = &'a str>) -> Vec<(TopicIndex, String)> {
        let mut names: Vec<&str> = there.into_iter().filter(|name| !self.is_internal(name)).collect();
        names.sort_unstable();
        let taken = |(topic, _, regex): &(TopicIndex, String, Regex)| {
            names.iter().filter(|name| regex.is_match(name)).map(|name| (*topic, (*name).to_owned())).collect::<Vec<_>>()
        };
        self.all.iter().flat_map(taken).collect()
    }
    /// The text that names on the brokers are matched with, prefix included.
    pub fn text(&self, topic: TopicIndex) -> &str {
        self.all.iter().find(|(of, ..)| *of == topic).map_or("", |(_, text, _)| text)
    }
    /// What an earlier version of the application left behind is internal too.
    fn is_internal(&self, name: &str) -> bool {
        let behind = name.strip_prefix(&*self.application_id).filter(|rest| rest.starts_with('-'));
        name.starts_with("__")
            || self.own.iter().any(|own| own == name)
            || behind.is_some_and(|rest| INTERNAL.iter().any(|end| rest.ends_with(end)))
    }
}

/// The plan with what there is in the places of its patterns.
pub(super) fn resolved(plan: &Plan, facts: &Facts, options: &TopicOptions, report: &mut Report) -> Plan {
    let patterns = Patterns::of(plan, options);
    let found = patterns.find(facts.topics.keys().map(String::as_str));
    for pattern in plan.patterns().filter(|pattern| found.iter().all(|(of, _)| of != pattern)) {
        report.problems.push(none_matches(patterns.text(pattern), plan.topic(pattern).partitions));
    }
    report_taken_twice(plan, options, &patterns, &found, report);
    plan.with_found(&found)
}
fn none_matches(pattern: &str, partitions: u32) -> String {
    let s = if partitions == 1 { "" } else { "s" };
    format!(
        "no topic matches the pattern `{pattern}`: the whole name must match, and internal topics never do. The topics of a pattern are those that there \
         are when the application starts: create one first (declared with {partitions} partition{s}; `create_topics` cannot, it knows no name)"
    )
}
/// A topic has one source, also under the names that it has on these brokers, and is not read by who writes it.
fn report_taken_twice(plan: &Plan, options: &TopicOptions, patterns: &Patterns, found: &[(TopicIndex, String)], report: &mut Report) {
    let exact = indices(plan).filter(|topic| plan.topic(*topic).named == Named::Exactly).map(|topic| options.name(plan, topic));
    let named: Vec<String> = exact.chain(options.dead_letter.clone()).collect();
    for (index, (pattern, name)) in found.iter().enumerate() {
        if named.contains(name) {
            report.problems.push(taken_twice(patterns.text(*pattern), name));
        }
        if let Some((other, _)) = found.iter().take(index).find(|(_, earlier)| earlier == name) {
            report.problems.push(format!(
                "topic `{name}` matches two patterns, `{}` and `{}`: a topic has one source, narrow one of them",
                patterns.text(*other),
                patterns.text(*pattern)
            ));
        }
    }
}
