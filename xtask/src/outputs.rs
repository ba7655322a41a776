//! The files that are made, before they are written or compared.

use crate::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Made files, each by its path from the project's root.
pub struct Outputs {
    root: PathBuf,
    files: Vec<(PathBuf, String)>,
}

impl Outputs {
    /// None yet.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            files: Vec::new(),
        }
    }

    /// Adds a file, in place of one that was added before.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: String) {
        let path = path.into();
        self.files.retain(|(made, _)| *made != path);
        self.files.push((path, text));
    }

    /// What will lie at that path: what is made, else what lies there now.
    pub fn current(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = path.as_ref();
        match self.files.iter().find(|(made, _)| made == path) {
            Some((_, text)) => Ok(text.clone()),
            None => self.committed(path),
        }
    }

    /// What lies at that path now.
    pub fn committed(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = self.root.join(path);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    /// Writes each file that differs from what is there, so that build tools see what has really changed.
    pub fn write(self) -> Result<()> {
        for (path, text) in &self.files {
            if self.is_stale(path, text) {
                let place = self.root.join(path);
                if let Some(folder) = place.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(place, text)?;
                println!("{}", path.display());
            }
        }
        Ok(())
    }

    /// An error that names each file that differs from what is there.
    pub fn check(self) -> Result<()> {
        let stale: Vec<String> = self
            .files
            .iter()
            .filter(|(path, text)| self.is_stale(path, text))
            .map(|(path, _)| path.display().to_string())
            .collect();
        if stale.is_empty() {
            return Ok(());
        }
        Err(format!("stale, run `make generate`: {}", stale.join(", ")).into())
    }

    fn is_stale(&self, path: &Path, text: &str) -> bool {
        fs::read_to_string(self.root.join(path)).ok().as_deref() != Some(text)
    }
}
