//! What the function of an aggregation answers.

/// What becomes of a key's aggregate, said by the function that changed it.
#[must_use = "answer it: without an answer the key is kept"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The aggregate stays.
    Keep,
    /// As a null result in Kafka Streams: the key (or its window) is deleted, and what comes next for it starts afresh.
    Delete,
}
/// What adders and reducers answer: nothing, which keeps the key, or a [`Slot`].
#[diagnostic::on_unimplemented(
    message = "an aggregation's function answers nothing or a `Slot`, this one answers `{Self}`",
    label = "answers `{Self}`",
    note = "it changes the aggregate in place: end it with `;`; to delete the key, answer `Slot::Delete`, else `Slot::Keep`"
)]
pub trait Verdict {
    #[doc(hidden)]
    fn slot(self) -> Slot;
}
#[diagnostic::do_not_recommend]
impl Verdict for () {
    fn slot(self) -> Slot {
        Slot::Keep
    }
}
#[diagnostic::do_not_recommend]
impl Verdict for Slot {
    fn slot(self) -> Slot {
        self
    }
}
/// For functions that are not written yet: `todo!()` answers `!`, which stable Rust can name only so.
#[diagnostic::do_not_recommend]
impl Verdict for <fn() -> ! as Answer>::Of {
    fn slot(self) -> Slot {
        self
    }
}
#[doc(hidden)]
pub trait Answer {
    type Of;
}
impl<T> Answer for fn() -> T {
    type Of = T;
}

/// Checks what the function of an aggregation answers; the function is `Self`, so that errors point at it.
pub trait Gives<R> {
    #[doc(hidden)]
    fn slot(answer: R) -> Slot;
}
impl<F, R: Verdict> Gives<R> for F {
    fn slot(answer: R) -> Slot {
        answer.slot()
    }
}
