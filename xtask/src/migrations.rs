//! The lists of migrations that the code runs, and the schemas that `docs/` shows: both are made of the SQL files.

use crate::Result;
use crate::outputs::Outputs;
use crate::render::wrap;
use std::fs;
use std::path::Path;

/// A database with numbered migrations in a folder.
struct Database {
    /// The folder, from the project's root; the list lies beside it.
    folder: &'static str,
    /// The document that shows the schema.
    schema: &'static str,
    /// What its reader should know first.
    about: &'static str,
}

const DATABASES: &[Database] = &[
    Database {
        folder: "src/store/migrations",
        schema: "docs/schema.sql",
        about: "The cache of one account: <dataDir>/<account>/im.db.\n\n\
                SQLite is the single source of truth of a client. The file is private to libim: read it if you are curious, \
                never write it. A new cache is made by these migrations, in this order. Times called \"time\" are \
                microseconds since 1970, UTC. Booleans are 0 and 1.",
    },
    Database {
        folder: "src/backend/embedded/migrations",
        schema: "docs/service-schema.sql",
        about: "The embedded service: one file that any number of clients in any number of processes share.\n\n\
                The file belongs to libim: read it if you are curious, never write it. A new service is made by these \
                migrations, in this order. PRAGMA application_id is 0x6C69626D, PRAGMA user_version the number of the last \
                migration. WAL; a commit survives a killed process. Times are microseconds since 1970, UTC, where not said \
                otherwise. Booleans are 0 and 1. An empty nick_name, face_url, name or remark means: not set.",
    },
];

/// Adds the list and the schema of each database.
pub fn generate(root: &Path, outputs: &mut Outputs) -> Result<()> {
    for database in DATABASES {
        let migrations = migrations(&root.join(database.folder))?;
        let folder = database.folder.rsplit('/').next().unwrap_or_default();
        let files: String = migrations
            .iter()
            .map(|(file, _)| format!("    include_str!(\"{folder}/{file}\"),\n"))
            .collect();
        outputs.add(
            format!("{}.rs", database.folder),
            format!(
                "// Made by `make generate` from the files in {folder}/; do not edit.\n\
                 //! The numbered migrations.\n\n\
                 /// Each migration once, in order; a released one is never edited.\n\
                 #[rustfmt::skip]\n\
                 pub(super) const MIGRATIONS: &[&str] = &[\n{files}];\n"
            ),
        );
        let mut schema = format!(
            "-- Made by `make generate` from {}; do not edit.\n--\n{}\n",
            database.folder,
            wrap(database.about, "-- ", 120)
        );
        for (_, sql) in &migrations {
            schema.push('\n');
            schema.push_str(sql);
        }
        outputs.add(database.schema, schema);
    }
    Ok(())
}

/// The files of a folder with their texts, by number. The numbers start at 1 and leave none out.
fn migrations(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        found.push((name, fs::read_to_string(&path)?));
    }
    found.sort();
    for (index, (name, _)) in found.iter().enumerate() {
        if !name.starts_with(&format!("{:04}_", index + 1)) || !name.ends_with(".sql") {
            return Err(format!("{}: migration {} is missing", folder.join(name).display(), index + 1).into());
        }
    }
    Ok(found)
}
