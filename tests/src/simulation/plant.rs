//! Where the planted bugs are at work.
use super::{
    faults::{Answer, Faulty},
    planted::Planted,
};
use kstreams::{
    Headers,
    shell::embedded::log::LogBatch,
    task::{Batch, Raw},
    worker::{Commit, CommitDone, Input, Output},
};

impl Faulty {
    pub(super) fn planted(&self, bug: Planted) -> bool {
        self.shared.borrow().planted(bug)
    }
    fn now_and_then(&self, bug: Planted, per_mille: u32) -> bool {
        self.shared.borrow_mut().planted_now(bug, per_mille)
    }
    pub(super) fn plant_in(&self, commit: &mut Commit) {
        if self.now_and_then(Planted::OffsetsForgotten, 50) {
            commit.offsets.clear();
        }
        if self.now_and_then(Planted::OffsetTooFar, 20) {
            commit.offsets.iter_mut().for_each(|(_, _, offset)| *offset += 1);
        }
    }
    pub(super) fn plant_answer(&self, answer: Answer) -> Answer {
        match answer {
            Err(_) if self.planted(Planted::FailureHidden) => Ok(CommitDone::default()),
            answer => answer,
        }
    }
    /// How often a record is written.
    pub(super) fn copies(&self) -> usize {
        if self.now_and_then(Planted::RecordLost, 5) {
            return 0;
        }
        1 + usize::from(self.now_and_then(Planted::RecordTwice, 5))
    }
    pub(super) fn plant_in_checkpoint(&self, output: Output) -> Output {
        let Output::Checkpoint { task, generation, backend, mut rows } = output else { return output };
        if self.now_and_then(Planted::PositionTooFar, 300) {
            rows.positions.iter_mut().for_each(|(_, at)| *at += 1);
        }
        if self.now_and_then(Planted::RowsLost, 100) {
            rows.tables.clear();
        }
        Output::Checkpoint { task, generation, backend, rows }
    }
    pub(super) fn plant_in_purge(&self, output: Output) -> Output {
        match output {
            Output::Purge { topic, partition, before } if self.now_and_then(Planted::PurgeTooFar, 200) => {
                Output::Purge { topic, partition, before: before + 2 }
            }
            output => output,
        }
    }
    pub(super) fn plant_in_inputs(&mut self, happened: &mut Vec<Input>) {
        happened.splice(0..0, self.kept_back.drain(..));
        if self.now_and_then(Planted::EndTooEarly, 100) {
            self.keep_records_back(happened);
        }
        happened.iter_mut().for_each(|input| self.plant_in_input(input));
    }
    /// The records of one partition.
    fn keep_records_back(&mut self, happened: &mut Vec<Input>) {
        let of = |input: &Input| if let Input::Records { topic, partition, .. } = input { Some((*topic, *partition)) } else { None };
        let chosen = happened.iter().find_map(of);
        let (kept, others) = happened.drain(..).partition(|input| chosen.is_some() && of(input) == chosen);
        (self.kept_back, *happened) = (kept, others);
    }
    fn plant_in_input(&self, input: &mut Input) {
        match input {
            Input::Restored { batch, .. } if self.now_and_then(Planted::RestoreSkipsBatch, 200) => *batch = Box::new(LogBatch::empty()),
            Input::Restored { batch, .. } if self.planted(Planted::DeletesNotRestored) => {
                let all = std::mem::replace(batch, Box::new(LogBatch::empty()));
                *batch = Box::new(WithoutDeletes::of(all));
            }
            Input::Records { batch, .. } if self.now_and_then(Planted::BatchLost, 5) => *batch = Box::new(LogBatch::empty()),
            Input::Opened { state: Ok(state), .. } if self.now_and_then(Planted::ParkedRowsLost, 500) => {
                state.parked.iter_mut().for_each(|parked| parked.stores.clear());
            }
            Input::ChangelogEnds { ends: Ok(ends), .. } if self.now_and_then(Planted::EndsTooLow, 300) => {
                ends.iter_mut().for_each(|(_, first, end)| *end = (*end - 2).max(*first));
            }
            _ => {}
        }
    }
}

/// A batch as a bug shows it.
struct WithoutDeletes {
    all: Box<dyn Batch>,
    shown: Vec<usize>,
}
impl WithoutDeletes {
    fn of(all: Box<dyn Batch>) -> WithoutDeletes {
        let shown = (0..all.len()).filter(|i| all.get(*i).value.is_some()).collect();
        WithoutDeletes { all, shown }
    }
}
impl Batch for WithoutDeletes {
    fn len(&self) -> usize {
        self.shown.len()
    }
    fn get(&self, index: usize) -> Raw<'_> {
        self.all.get(self.shown[index])
    }
    fn headers(&self, index: usize) -> Headers {
        self.all.headers(self.shown[index])
    }
    fn bytes(&self) -> usize {
        self.all.bytes()
    }
}
