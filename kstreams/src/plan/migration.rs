//! How rows of a store that were written as another type are read: the old type, and bytes to bytes what becomes of a row.
use crate::{
    Record, Result,
    codec::{Presence, Shape},
};
use std::{fmt, panic, sync::Arc};

/// A declared migration: `stored("totals").migrate(from::<OldTotal>(), f)`.
#[derive(Clone)]
pub struct Migration {
    /// Fingerprint of the old type.
    pub schema: u64,
    /// The old type, as Rust prints it.
    pub ty: &'static str,
    /// What the old type is made of.
    pub shape: &'static Shape,
    convert: Arc<dyn Fn(&[u8]) -> Result<Vec<u8>> + Send + Sync>,
}
impl Migration {
    pub(crate) fn new<Old: Record, New: Record>(f: impl Fn(Old) -> New + Send + Sync + 'static) -> Migration {
        let convert = move |bytes: &[u8]| -> Result<Vec<u8>> {
            let old = Old::decode(Some(bytes))?;
            let new = panic::catch_unwind(panic::AssertUnwindSafe(|| f(old))).map_err(|_| "the migration's function panicked")?;
            let mut out = vec![];
            match new.encode(&mut out)? {
                Presence::Value => Ok(out),
                Presence::Null => Err("the migration's function gave what is encoded as null".into()),
            }
        };
        Migration { schema: Old::SCHEMA, ty: std::any::type_name::<Old>(), shape: Old::SHAPE, convert: Arc::new(convert) }
    }
    /// The bytes of the new row.
    ///
    /// # Errors
    /// If the bytes are none of the old type, or the function panics.
    pub fn convert(&self, old: &[u8]) -> Result<Vec<u8>> {
        (self.convert)(old)
    }
}
impl fmt::Debug for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Migration from {}", self.ty)
    }
}
/// Functions cannot be compared.
impl PartialEq for Migration {
    fn eq(&self, other: &Migration) -> bool {
        self.schema == other.schema
    }
}
