//! A world that fails: it sits between a worker and its embedded world, and loses, delays, refuses and crashes as the dice say.
use super::{
    planted::Planted,
    trace::{self, Trace},
};
use crate::dice::Dice;
use kstreams::{
    plan::TopicId,
    shell::{
        ManualClock, World,
        embedded::{
            EmbeddedLog, EmbeddedWorld,
            log::{Membership, ProducerHandle},
        },
    },
    task::Outgoing,
    worker::{Commit, CommitFailure, Guarantee, Input, Now, Output},
};
use std::{cell::RefCell, collections::VecDeque, rc::Rc};

/// How often each fault comes, per mille of its occasions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rates {
    /// Commits that go through while the answer is lost.
    pub(super) answer_lost: u32,
    /// Commits that never leave, answered with a time-out.
    pub(super) request_lost: u32,
    /// Commits whose end arrives later, answered with a time-out.
    pub(super) request_late: u32,
    /// Commits that are refused.
    pub(super) refused: u32,
    /// Commits before which another producer takes the transactional id.
    pub(super) fenced: u32,
    /// Records that are not delivered.
    pub(super) undelivered: u32,
    /// Checkpoints that are not written.
    pub(super) unwritten: u32,
    /// Checkpoints that the writer takes its time for.
    pub(super) slow_write: u32,
    /// Crashes before and after each output.
    pub(super) crash: u32,
}

/// What all faulty worlds of a run share.
pub(super) struct Shared {
    pub(super) log: EmbeddedLog,
    pub(super) dice: Dice,
    pub(super) trace: Trace,
    pub(super) rates: Rates,
    pub(super) planted: Option<Planted>,
    /// Ends of transactions that are still under way.
    pub(super) late: Vec<ProducerHandle>,
    pub(super) faults: u32,
}
impl Shared {
    fn strikes(&mut self, rate: impl Fn(&Rates) -> u32) -> bool {
        let rate = rate(&self.rates);
        let strikes = rate > 0 && self.dice.per_mille(rate);
        self.faults += u32::from(strikes);
        strikes
    }
    pub(super) fn planted(&self, bug: Planted) -> bool {
        self.planted == Some(bug)
    }
    /// For bugs that strike now and then.
    pub(super) fn planted_now(&mut self, bug: Planted, per_mille: u32) -> bool {
        self.planted(bug) && self.dice.per_mille(per_mille)
    }
}

/// An embedded world with faults.
pub(super) struct Faulty {
    pub(super) name: String,
    inner: EmbeddedWorld<ManualClock>,
    pub(super) shared: Rc<RefCell<Shared>>,
    guarantee: Guarantee,
    transactional_id: String,
    /// The process is gone: nothing that it still says is heard.
    pub(super) dead: bool,
    /// A record since the last abort was not delivered: the client refuses to commit.
    undelivered: Option<String>,
    /// Not yet told.
    failed: Vec<(TopicId, String)>,
    /// Checkpoints that the writer has not come to yet, in order.
    unwritten: VecDeque<Output>,
    /// Records that a planted bug keeps until the next poll.
    pub(super) kept_back: Vec<Input>,
}
impl Faulty {
    pub(super) fn new(
        name: String,
        inner: EmbeddedWorld<ManualClock>,
        shared: Rc<RefCell<Shared>>,
        guarantee: Guarantee,
        transactional_id: String,
    ) -> Faulty {
        Faulty {
            name,
            inner,
            shared,
            guarantee,
            transactional_id,
            dead: false,
            undelivered: None,
            failed: vec![],
            unwritten: VecDeque::new(),
            kept_back: vec![],
        }
    }
    pub(super) fn membership(&self) -> Membership {
        self.inner.membership()
    }
    pub(super) fn leave(self) {
        self.inner.leave();
    }
    fn crashes(&mut self) -> bool {
        self.dead = self.dead || self.shared.borrow_mut().strikes(|r| r.crash);
        self.dead
    }
    fn note(&self, what: &str) {
        self.shared.borrow_mut().trace.note(&self.name, what);
    }

    fn commit(&mut self, commit: Commit, happened: &mut Vec<Input>) {
        if let Some(reason) = self.undelivered.clone() {
            let over = self.planted(Planted::CommitOverLostRecord);
            let answer = if over { self.committed(commit, happened) } else { Err(CommitFailure::Refused(reason)) };
            return happened.push(Input::Committed(answer));
        }
        let answer = match self.commit_fault() {
            None => self.committed(commit, happened),
            Some(fault) => self.commit_with(fault, commit, happened),
        };
        happened.push(Input::Committed(answer));
    }
    fn commit_fault(&mut self) -> Option<CommitFault> {
        let mut s = self.shared.borrow_mut();
        let rates: [(RateOf, CommitFault); 5] = [
            (|r| r.answer_lost, CommitFault::AnswerLost),
            (|r| r.request_lost, CommitFault::RequestLost),
            (|r| r.request_late, CommitFault::RequestLate),
            (|r| r.refused, CommitFault::Refused),
            (|r| r.fenced, CommitFault::Fenced),
        ];
        rates.into_iter().find(|(rate, _)| s.strikes(rate)).map(|(_, fault)| fault)
    }
    fn commit_with(&mut self, fault: CommitFault, commit: Commit, happened: &mut Vec<Input>) -> Answer {
        let timed_out = || Err(CommitFailure::Indefinite(format!("{fault:?}")));
        match fault {
            CommitFault::AnswerLost => {
                _ = self.committed(commit, happened);
                timed_out()
            }
            CommitFault::RequestLost => timed_out(),
            CommitFault::RequestLate => {
                if self.guarantee == Guarantee::ExactlyOnce && commit.produced {
                    let prepared = self.inner.prepare_commit(&commit, happened)?;
                    self.shared.borrow_mut().late.push(prepared);
                }
                timed_out()
            }
            CommitFault::Refused => Err(CommitFailure::Refused("injected".into())),
            CommitFault::Fenced => {
                if self.guarantee == Guarantee::ExactlyOnce {
                    let now = self.now().wall;
                    self.shared.borrow().log.init_producer(&self.transactional_id, now);
                }
                self.committed(commit, happened)
            }
        }
    }
    /// What the embedded world makes of a commit.
    fn committed(&mut self, mut commit: Commit, happened: &mut Vec<Input>) -> Answer {
        self.plant_in(&mut commit);
        let from = happened.len();
        self.inner.perform(Output::Commit(commit), happened);
        let at = happened[from..].iter().position(|i| matches!(i, Input::Committed(_)));
        match at.map(|i| happened.remove(from + i)) {
            Some(Input::Committed(answer)) => self.plant_answer(answer),
            _ => Err(CommitFailure::Fatal("the embedded world did not answer".into())),
        }
    }
    fn abort(&mut self, replace_producer: bool, happened: &mut Vec<Input>) {
        self.undelivered = None;
        if self.planted(Planted::AbortNotDone) {
            return happened.push(Input::Aborted(Ok(())));
        }
        let replace_producer = replace_producer && !self.planted(Planted::ProducerKept);
        self.inner.perform(Output::Abort { replace_producer }, happened);
    }
    fn checkpoint(&mut self, output: Output, happened: &mut Vec<Input>) {
        let Output::Checkpoint { task, generation, .. } = &output else { return };
        if self.shared.borrow_mut().strikes(|r| r.unwritten) {
            return happened.push(Input::Checkpointed { task: *task, generation: *generation, snapshot: Err("injected: no space".into()) });
        }
        let slow = self.shared.borrow_mut().strikes(|r| r.slow_write);
        self.unwritten.push_back(self.plant_in_checkpoint(output));
        if !slow {
            self.write_all(happened);
        }
    }
    fn write_all(&mut self, happened: &mut Vec<Input>) {
        while let Some(output) = self.unwritten.pop_front() {
            self.inner.perform(output, happened);
        }
    }
    /// Sooner or later.
    fn write_some(&mut self, happened: &mut Vec<Input>) {
        if !self.unwritten.is_empty() && self.shared.borrow_mut().dice.per_mille(60) {
            self.write_all(happened);
        }
    }
}

/// Reads one of the rates.
type RateOf = fn(&Rates) -> u32;
pub(super) type Answer = Result<kstreams::worker::CommitDone, CommitFailure>;

#[derive(Clone, Copy, Debug)]
enum CommitFault {
    AnswerLost,
    RequestLost,
    RequestLate,
    Refused,
    Fenced,
}

impl World for Faulty {
    fn now(&self) -> Now {
        self.inner.now()
    }
    fn poll(&mut self, until: i64, happened: &mut Vec<Input>) {
        if self.dead {
            return;
        }
        happened.extend(self.failed.drain(..).map(|(topic, reason)| Input::DeliveryFailed { topic, reason }));
        self.write_some(happened);
        self.inner.poll(until, happened);
        self.plant_in_inputs(happened);
        happened.iter().for_each(|i| self.note(&trace::input(i)));
    }
    fn produce(&mut self, record: Outgoing<'_>) {
        if self.dead {
            return;
        }
        self.note(&trace::produced(&record));
        let lost = self.shared.borrow_mut().strikes(|r| r.undelivered);
        if lost {
            let reason = "injected: not delivered".to_owned();
            self.failed.push((record.topic, reason.clone()));
            self.undelivered = Some(reason);
        } else {
            (0..self.copies()).for_each(|_| self.inner.produce(record));
        }
    }
    fn perform(&mut self, output: Output, happened: &mut Vec<Input>) {
        if self.crashes() {
            return;
        }
        self.note(&trace::output(&output));
        match output {
            Output::Commit(commit) => self.commit(commit, happened),
            Output::Abort { replace_producer } => self.abort(replace_producer, happened),
            Output::Checkpoint { .. } => self.checkpoint(output, happened),
            output => self.inner.perform(self.plant_in_purge(output), happened),
        }
        self.crashes();
    }
}
