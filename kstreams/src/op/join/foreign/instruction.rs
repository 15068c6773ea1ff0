//! What a left row's change asks of the right side: which subscriptions end, which begin, and whether an answer is wanted.

/// What the right side does with a subscription (`SubscriptionWrapper.Instruction`; the number is on the wire).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instruction {
    /// End it.
    End = 0,
    /// End it and answer that there is no row.
    EndAndAnswer = 1,
    /// Begin it and answer whatever there is.
    Answer = 2,
    /// Begin it and answer if there is a row.
    AnswerIfFound = 3,
}
impl Instruction {
    pub(super) fn read(byte: u8) -> crate::Result<Instruction> {
        [Instruction::End, Instruction::EndAndAnswer, Instruction::Answer, Instruction::AnswerIfFound]
            .into_iter()
            .find(|instruction| *instruction as u8 == byte)
            .ok_or_else(|| format!("{byte} where an instruction of a subscription is 0 to 3").into())
    }
    pub(super) fn ends(self) -> bool {
        matches!(self, Instruction::End | Instruction::EndAndAnswer)
    }
}

/// Whose foreign key a message goes to: what the row was, or what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Old,
    New,
}
/// A row's foreign keys as bytes: outside whether there is a row, inside whether it has a foreign key.
pub(super) type Keys<'a> = Option<Option<&'a [u8]>>;
/// At most two messages.
pub(super) type Messages = [Option<(To, Instruction)>; 2];

const NOTHING: Messages = [None, None];
fn one(to: To, instruction: Instruction) -> Messages {
    [Some((to, instruction)), None]
}

/// Of an inner join (`SubscriptionSendProcessorSupplier.defaultJoinInstructions`, releases from 4.1 on).
pub(super) fn inner(old: Keys<'_>, new: Keys<'_>) -> Messages {
    match (old.flatten(), new) {
        // Nobody knows whether the old key had a row, so its end may be told though it never began.
        (Some(_), None | Some(None)) => one(To::Old, Instruction::EndAndAnswer),
        (None, None | Some(None)) => NOTHING,
        (Some(old), Some(Some(new))) if old != new => [Some((To::Old, Instruction::End)), Some((To::New, Instruction::Answer))],
        (_, Some(Some(_))) => one(To::New, Instruction::AnswerIfFound),
    }
}
/// Of a left join (`leftJoinInstructions`): every change is answered, a delete too; a message without key goes to nobody and comes back.
pub(super) fn left(old: Keys<'_>, new: Keys<'_>) -> Messages {
    if old.is_none() && new.is_none() {
        return NOTHING;
    }
    let moved = old.flatten().is_some() && old.flatten() != new.flatten();
    [moved.then_some((To::Old, Instruction::End)), Some((To::New, Instruction::Answer))]
}

#[cfg(test)]
mod tests {
    use super::{Instruction::*, *};

    const A: Keys<'static> = Some(Some(b"a"));
    const B: Keys<'static> = Some(Some(b"b"));
    const KEYLESS: Keys<'static> = Some(None);

    #[test]
    fn of_an_inner_join() {
        assert_eq!(inner(None, A), one(To::New, AnswerIfFound));
        assert_eq!(inner(A, A), one(To::New, AnswerIfFound));
        assert_eq!(inner(KEYLESS, A), one(To::New, AnswerIfFound));
        assert_eq!(inner(A, B), [Some((To::Old, End)), Some((To::New, Answer))]);
        assert_eq!(inner(A, KEYLESS), one(To::Old, EndAndAnswer));
        assert_eq!(inner(A, None), one(To::Old, EndAndAnswer));
        assert_eq!([inner(KEYLESS, None), inner(None, None), inner(None, KEYLESS)], [NOTHING; 3]);
    }
    #[test]
    fn of_a_left_join() {
        assert_eq!(left(None, None), NOTHING);
        assert_eq!([left(None, A), left(A, A), left(KEYLESS, None), left(None, KEYLESS)], [[None, Some((To::New, Answer))]; 4]);
        assert_eq!([left(A, B), left(A, KEYLESS), left(A, None)], [[Some((To::Old, End)), Some((To::New, Answer))]; 3]);
    }
}
