//! The user's crate on disk: `tests/completion/lib.rs` with the shop of the compile errors, and a manifest.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A Cargo package of its own, so that nothing but what a user has is loaded.
pub(super) struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes it into a folder; what rust-analyzer builds there is kept for the next time.
    pub(super) fn write(folder: &Path) -> io::Result<Project> {
        let (tests, source) = (tests(), folder.join("src"));
        fs::create_dir_all(&source)?;
        fs::write(folder.join("Cargo.toml"), manifest(&tests.with_file_name("kstreams")))?;
        // Nothing is looked up on the net, and the versions are those of the workspace.
        fs::copy(tests.with_file_name("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::copy(tests.join("ui").join("shop.rs"), source.join("shop.rs"))?;
        fs::copy(tests.join("completion").join("lib.rs"), source.join("lib.rs"))?;
        Ok(Project { folder: folder.to_path_buf() })
    }
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
    pub(super) fn root(&self) -> PathBuf {
        self.folder.join("src").join("lib.rs")
    }
}

/// Stand-ins for the standard library: see there.
pub(super) fn standard_library() -> PathBuf {
    tests().join("completion").join("library")
}
fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
fn manifest(kstreams: &Path) -> String {
    format!(
        "[package]\nname = \"completion\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         kstreams = {{ path = {:?}, default-features = false, features = [\"macros\", \"json\"] }}\n\
         serde = {{ version = \"1.0.229\", features = [\"derive\"] }}\n",
        kstreams.display().to_string()
    )
}
