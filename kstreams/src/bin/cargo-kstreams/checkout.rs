//! Where the project's kstreams comes from: a checkout, or the registry.
use super::args::New;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a project depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The released version that this program is.
    Released,
    /// The folder of a checkout; and whether it is only that which this program was built from.
    Checkout { folder: PathBuf, by_default: bool },
}
impl Source {
    /// # Errors
    /// The folder that was named is no checkout.
    pub(super) fn of(asked: &New) -> Result<Source, String> {
        if asked.released {
            return Ok(Source::Released);
        }
        match &asked.path {
            Some(path) => {
                let folder =
                    root(path).ok_or_else(|| format!("{} is no checkout of kstreams: it has no kstreams/Cargo.toml", path.display()))?;
                Ok(Source::Checkout { folder, by_default: false })
            }
            None => {
                let built_from = root(Path::new(env!("CARGO_MANIFEST_DIR")));
                Ok(built_from.map_or(Source::Released, |folder| Source::Checkout { folder, by_default: true }))
            }
        }
    }
    /// As a dependency has it.
    pub(super) fn dependency(&self) -> String {
        match self {
            Source::Released => format!("version = \"{}\"", version()),
            // A literal string: the backslashes of Windows stay what they are.
            Source::Checkout { folder, .. } => format!("path = '{}'", folder.join("kstreams").display()),
        }
    }
    /// Versions that the checkout was tested with, so that nothing has to be fetched that is not there.
    pub(super) fn lock(&self) -> Option<String> {
        let Source::Checkout { folder, .. } = self else { return None };
        fs::read_to_string(folder.join("Cargo.lock")).ok()
    }
}
/// The versions that fit, as a dependency has them.
pub(super) fn version() -> String {
    format!("{}.{}", env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"))
}
/// The checkout that a folder is, or is the crate of. A crate that was fetched from a registry has no neighbours.
fn root(folder: &Path) -> Option<PathBuf> {
    let is_checkout =
        |root: &Path| ["kstreams", "kstreams-macros", "kstreams-store"].iter().all(|c| root.join(c).join("Cargo.toml").is_file());
    let folder = folder.canonicalize().ok()?;
    [Some(folder.as_path()), folder.parent()].into_iter().flatten().find(|root| is_checkout(root)).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: Option<&str>, released: bool) -> New {
        New { name: "shop".into(), path: path.map(PathBuf::from), released }
    }

    #[test]
    fn a_checkout_is_named_by_its_root_or_its_crate() {
        let here = Source::of(&asked(None, false)).unwrap();
        let Source::Checkout { folder, by_default: true } = &here else { panic!("{here:?}") };
        assert!(here.dependency().starts_with("path = '") && here.lock().is_some());
        let named = Source::of(&asked(folder.to_str(), false));
        assert_eq!(named, Ok(Source::Checkout { folder: folder.clone(), by_default: false }));
        assert_eq!(Source::of(&asked(None, true)).unwrap().dependency(), format!("version = \"{}\"", version()));
        assert!(Source::of(&asked(Some("/"), false)).unwrap_err().contains("no checkout"));
    }
}
