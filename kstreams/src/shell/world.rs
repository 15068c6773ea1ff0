//! What a shell offers to a worker, and the loop that joins the two. It decides nothing: the worker says what, the world does it.
use super::Part;
use crate::{
    task::Outgoing,
    worker::{Input, Now, Output, Worker},
};

/// A log and its surroundings: Kafka, the embedded log, or a simulation of either.
pub trait World {
    /// Both clocks.
    fn now(&self) -> Now;
    /// Waits until something happens or until the monotonic clock shows `until`, and appends what happened. Returns at once if `until` is past.
    fn poll(&mut self, until: i64, happened: &mut Vec<Input>);
    /// Takes a record to be produced. It may block for the producer's buffer; failures come back as [`Input::DeliveryFailed`].
    fn produce(&mut self, record: Outgoing<'_>);
    /// Does what the worker wants and appends the answer, at once or in a later [`World::poll`].
    fn perform(&mut self, output: Output, happened: &mut Vec<Input>);
}

/// One turn: what happened goes in, records are processed, what is wanted goes out. Answers whether the worker is done; then it is not to be
/// turned again.
pub fn turn<W: World>(worker: &mut Worker, world: &mut W, happened: &mut Vec<Input>) -> bool {
    turn_with(worker, world, happened, &mut |_| ())
}
/// As [`turn`], and says which part of it has just ended.
pub fn turn_with<W: World>(worker: &mut Worker, world: &mut W, happened: &mut Vec<Input>, ended: &mut impl FnMut(Part)) -> bool {
    let until = if happened.is_empty() { worker.next_wake(world.now()) } else { world.now().monotonic };
    world.poll(until, happened);
    ended(Part::Poll);
    let mut inputs = std::mem::take(happened);
    for input in inputs.drain(..) {
        worker.handle(world.now(), input);
        if perform(worker, world, happened, ended) {
            return true;
        }
    }
    worker.step(world.now());
    let done = perform(worker, world, happened, ended);
    ended(Part::Process);
    done
}

/// Produces what waits, then performs the next output, until the worker wants nothing more.
fn perform<W: World>(worker: &mut Worker, world: &mut W, happened: &mut Vec<Input>, ended: &mut impl FnMut(Part)) -> bool {
    loop {
        worker.outbox().iter().for_each(|record| world.produce(record));
        worker.outbox_mut().clear();
        match worker.poll_output() {
            Some(Output::Closed) => return true,
            Some(commit @ Output::Commit(_)) => {
                ended(Part::Process);
                tracing::debug_span!("commit").in_scope(|| world.perform(commit, happened));
                ended(Part::Commit);
            }
            Some(output) => world.perform(output, happened),
            None => return false,
        }
    }
}
