//! A member's own view of its group.
use super::MemberId;

/// What a member shows when it commits; [`super::EmbeddedLog::poll_group`] keeps the generation up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub(super) group: u32,
    pub(super) member: MemberId,
    pub(super) generation: u64,
}
impl Membership {
    /// The member.
    pub fn member(&self) -> MemberId {
        self.member
    }
    /// The generation that it saw last.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}
