//! What users say of their operators: `#[operator]` enters it under the item's path when the program starts.

/// A function or a processor, as its author describes it.
#[doc(hidden)]
pub struct Described {
    pub path: &'static str,
    pub doc: &'static str,
    pub signature: &'static str,
    pub file: &'static str,
    pub line: u32,
}
inventory::collect!(Described);

/// What is said of the function or type of a path, which may have parameters.
pub(super) fn described(path: &str) -> Option<&'static Described> {
    let plain = path.split('<').next()?;
    inventory::iter::<Described>.into_iter().find(|said| said.path == plain)
}
