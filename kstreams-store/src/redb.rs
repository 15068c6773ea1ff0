//! A database on disk: one redb file a task, a table a store (a segment of a windowed one), positions and marks in tables of their own.
use crate::{Backend, Bytes, Checkpoint, Direction, Error, Result, Row, Rows, Snapshot, TableRows, TableView};
use redb::{
    Builder, Database, Durability, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTableMetadata, TableDefinition, TableError,
    TableHandle, WriteTransaction,
};
use std::{collections::BTreeMap, ops::Bound, path::Path, sync::Arc};

type Definition<'a> = TableDefinition<'a, &'static [u8], &'static [u8]>;
/// Stores are named by the user's literals, which do not start with underscores twice.
const POSITIONS: &str = "__positions";
const MARKS: &str = "__marks";

fn definition(name: &str) -> Definition<'_> {
    TableDefinition::new(name)
}
fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Read(error.to_string())
}
fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::Write(error.to_string())
}

/// A database on disk.
pub struct RedbBackend {
    database: Arc<Database>,
}
impl RedbBackend {
    /// Opens the file, and makes it if there is none; after a crash it comes back as the last checkpoint left it. `cache_bytes` bounds redb's
    /// cache of this file (its own default is 1 GiB each).
    ///
    /// # Errors
    /// If the file cannot be opened, is in use by another process or is damaged.
    pub fn open(path: impl AsRef<Path>, cache_bytes: usize) -> Result<RedbBackend> {
        let path = path.as_ref();
        let opened = Builder::new().set_cache_size(cache_bytes).create(path);
        let database = opened.map_err(|e| Error::Open { path: path.display().to_string(), reason: e.to_string() })?;
        Ok(RedbBackend { database: Arc::new(database) })
    }
}
impl Backend for RedbBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        let transaction = self.database.begin_read().map_err(unreadable)?;
        let positions = notes(&transaction, POSITIONS)?.into_iter().map(|(key, value)| Ok((key, as_position(&value)?)));
        let positions = positions.collect::<Result<_>>()?;
        let marks = notes(&transaction, MARKS)?;
        Ok(Arc::new(RedbSnapshot { transaction, positions, marks, _database: self.database.clone() }))
    }
    fn write(&self, checkpoint: &Checkpoint) -> Result<()> {
        let mut transaction = self.database.begin_write().map_err(unwritable)?;
        transaction.set_durability(Durability::Immediate).map_err(unwritable)?;
        // The allocator state goes in too, so that opening after a crash does not walk the file.
        transaction.set_quick_repair(true);
        if is_behind(&transaction, checkpoint)? {
            transaction.abort().map_err(unwritable)?;
            return Err(Checkpoint::overtaken());
        }
        if checkpoint.afresh {
            delete_all(&transaction)?;
        }
        checkpoint.tables.iter().try_for_each(|rows| write_rows(&transaction, rows))?;
        for table in &checkpoint.dropped {
            transaction.delete_table(definition(table)).map_err(unwritable)?;
        }
        let positions =
            checkpoint.positions.iter().map(|((topic, partition), at)| (position_key(topic, *partition), at.to_be_bytes().to_vec()));
        note(&transaction, POSITIONS, positions)?;
        note(&transaction, MARKS, checkpoint.marks.iter().cloned())?;
        transaction.commit().map_err(unwritable)
    }
}
fn delete_all(transaction: &WriteTransaction) -> Result<()> {
    let tables: Vec<String> = transaction.list_tables().map_err(unwritable)?.map(|t| t.name().to_owned()).collect();
    tables.iter().try_for_each(|table| transaction.delete_table(definition(table)).map(drop).map_err(unwritable))
}
/// Asked in the transaction that would write it, so that no other writer comes between.
fn is_behind(transaction: &WriteTransaction, checkpoint: &Checkpoint) -> Result<bool> {
    use redb::ReadableTable;
    let positions = transaction.open_table(definition(POSITIONS)).map_err(unwritable)?;
    let held = |topic: &str, partition| -> Option<i64> {
        let bytes = positions.get(position_key(topic, partition).as_bytes()).ok()??;
        as_position(bytes.value()).ok()
    };
    Ok(checkpoint.is_behind(held))
}
fn position_key(topic: &str, partition: i32) -> String {
    format!("{topic}/{partition}")
}
fn as_position(bytes: &[u8]) -> Result<i64> {
    let bytes = bytes.try_into().map_err(|_| Error::Read(format!("a position of {} bytes", bytes.len())))?;
    Ok(i64::from_be_bytes(bytes))
}
fn note(transaction: &WriteTransaction, table: &str, notes: impl Iterator<Item = (String, Vec<u8>)>) -> Result<()> {
    let mut table = transaction.open_table(definition(table)).map_err(unwritable)?;
    for (key, value) in notes {
        table.insert(key.as_bytes(), &value[..]).map_err(unwritable)?;
    }
    Ok(())
}
fn notes(transaction: &ReadTransaction, name: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let Some(table) = opened(transaction, name)? else { return Ok(BTreeMap::new()) };
    let rows = table.range::<&[u8]>(..).map_err(unreadable)?;
    rows.map(|row| row.map_err(unreadable).map(|(key, value)| (String::from_utf8_lossy(key.value()).into_owned(), value.value().to_vec())))
        .collect()
}
/// Sorted rows: appended with a cursor into an empty table (several times faster), else put in one by one.
fn write_rows(transaction: &WriteTransaction, rows: &TableRows) -> Result<()> {
    let sorted = Checkpoint::sorted(rows);
    let mut table = transaction.open_table(definition(&rows.table)).map_err(unwritable)?;
    let mut bytes = vec![];
    if table.is_empty().map_err(unwritable)? {
        let mut cursor = table.upper_bound_mut(Bound::<&[u8]>::Unbounded).map_err(unwritable)?;
        for (key, row) in sorted {
            let Some(row) = row else { continue };
            bytes.clear();
            row.append(&mut bytes);
            cursor.insert_before(&**key, &bytes[..]).map_err(unwritable)?;
        }
        return cursor.close().map_err(unwritable);
    }
    for (key, row) in sorted {
        match row {
            Some(row) => {
                bytes.clear();
                row.append(&mut bytes);
                table.insert(&**key, &bytes[..]).map_err(unwritable)?;
            }
            None => drop(table.remove(&**key).map_err(unwritable)?),
        }
    }
    Ok(())
}

/// The file as a read transaction shows it.
struct RedbSnapshot {
    transaction: ReadTransaction,
    positions: BTreeMap<String, i64>,
    marks: BTreeMap<String, Vec<u8>>,
    /// A database that is dropped closes its transactions; what still reads keeps it open.
    _database: Arc<Database>,
}
fn opened(transaction: &ReadTransaction, name: &str) -> Result<Option<ReadOnlyTable<&'static [u8], &'static [u8]>>> {
    match transaction.open_table(definition(name)) {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(unreadable(error)),
    }
}
impl Snapshot for RedbSnapshot {
    fn table(&self, name: &str) -> Result<Option<Arc<dyn TableView>>> {
        Ok(opened(&self.transaction, name)?.map(|table| Arc::new(RedbTable(table)) as Arc<dyn TableView>))
    }
    fn tables(&self, prefix: &str) -> Result<Vec<String>> {
        let tables = self.transaction.list_tables().map_err(unreadable)?;
        Ok(tables.map(|t| t.name().to_owned()).filter(|name| name.starts_with(prefix)).collect())
    }
    fn position(&self, topic: &str, partition: i32) -> Option<i64> {
        self.positions.get(&position_key(topic, partition)).copied()
    }
    fn mark(&self, key: &str) -> Option<Vec<u8>> {
        self.marks.get(key).cloned()
    }
}
struct RedbTable(ReadOnlyTable<&'static [u8], &'static [u8]>);
impl TableView for RedbTable {
    fn get(&self, key: &[u8]) -> Result<Option<Row>> {
        use redb::ReadableTable;
        let found = ReadableTable::get(&self.0, key).map_err(unreadable)?;
        found.map(|bytes| Row::read(bytes.value())).transpose()
    }
    fn range(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Result<Rows<'_>> {
        if crate::no_key_between(from, to) {
            return Ok(Box::new(std::iter::empty()));
        }
        let range = self.0.range::<&[u8]>((from, to)).map_err(unreadable)?;
        let read = |row: std::result::Result<(redb::AccessGuard<'_, &[u8]>, redb::AccessGuard<'_, &[u8]>), redb::StorageError>| {
            let (key, value) = row.map_err(unreadable)?;
            Ok((Bytes::from(key.value()), Row::read(value.value())?))
        };
        Ok(match direction {
            Direction::Forward => Box::new(range.map(read)),
            Direction::Backward => Box::new(range.rev().map(read)),
        })
    }
}
