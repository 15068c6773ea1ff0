//! How far a topology spreads: the most useful line of its document.
use super::Parallelism;
use crate::document::words::count;

pub(super) fn parallelism(per_sub_topology: Vec<u32>) -> Parallelism {
    let tasks = per_sub_topology.iter().sum();
    let summary = summary(tasks, &per_sub_topology);
    Parallelism { tasks, per_sub_topology, summary }
}
fn summary(tasks: u32, each: &[u32]) -> String {
    let sum = each.iter().map(u32::to_string).collect::<Vec<_>>().join(" + ");
    let total = match each {
        [_] => count(tasks as usize, "task"),
        _ => format!("{sum} = {}", count(tasks as usize, "task")),
    };
    let mut text = format!("{total}: at most {}, over all instances, can work at once.", count(tasks as usize, "worker thread"));
    for (number, _) in each.iter().enumerate().filter(|(_, tasks)| **tasks == 1 && each.len() > 1) {
        text.push_str(&format!(" Sub-topology {number} is one task and runs on one thread, however many you start."));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_narrowest_part_is_named() {
        assert_eq!(
            summary(10, &[3, 6, 1]),
            "3 + 6 + 1 = 10 tasks: at most 10 worker threads, over all instances, can work at once. Sub-topology 2 is one task and runs on \
             one thread, however many you start."
        );
        assert_eq!(summary(1, &[1]), "1 task: at most 1 worker thread, over all instances, can work at once.");
    }
}
