//! Reading the JSON of the vectors.
use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::scenario::report::Report;

/// All files by their names.
pub type Files = BTreeMap<String, Value>;

/// An object somewhere in a file of vectors.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    files: &'a Files,
    file: &'a str,
    value: &'a Value,
}

impl<'a> Entry<'a> {
    /// The whole of a file.
    pub fn of(files: &'a Files, name: &str) -> Result<Self> {
        let (file, value) = files.get_key_value(name).ok_or_else(|| anyhow!("there is no file {name}"))?;
        Ok(Self { files, file, value })
    }

    /// The whole of another file.
    pub fn other(&self, name: &str) -> Result<Self> {
        Self::of(self.files, name)
    }

    pub fn file(&self) -> &'a str {
        self.file
    }

    /// What a vector is called in reports.
    pub fn title(&self) -> String {
        match (self.find("id"), self.find("name")) {
            (Ok(id), Ok(name)) => format!("{id}, {name}"),
            (_, Ok(name)) => name.to_string(),
            _ => "unnamed".to_string(),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    pub fn value(&self, key: &str) -> Result<&'a Value> {
        self.value.get(key).ok_or_else(|| anyhow!("there is no field {key}"))
    }

    pub fn text(&self, key: &str) -> Result<&'a str> {
        self.find(key)
    }

    pub fn bytes(&self, key: &str) -> Result<Vec<u8>> {
        hex::decode(self.find(key)?).with_context(|| key.to_string())
    }

    pub fn array<const N: usize>(&self, key: &str) -> Result<[u8; N]> {
        self.bytes(key)?.try_into().map_err(|_| anyhow!("{key} has not {N} bytes"))
    }

    pub fn number(&self, key: &str) -> Result<usize> {
        let number = self.value(key)?.as_u64().with_context(|| key.to_string())?;
        Ok(number.try_into()?)
    }

    pub fn flag(&self, key: &str) -> Result<bool> {
        self.value(key)?.as_bool().with_context(|| key.to_string())
    }

    pub fn texts(&self, key: &str) -> Result<Vec<&'a str>> {
        let list = self.value(key)?.as_array().with_context(|| key.to_string())?;
        list.iter().map(|item| item.as_str().with_context(|| key.to_string())).collect()
    }

    pub fn at(&self, key: &str) -> Result<Entry<'a>> {
        Ok(Entry { value: self.value(key)?, ..*self })
    }

    pub fn list(&self, key: &str) -> Result<Vec<Entry<'a>>> {
        let list = self.value(key)?.as_array().with_context(|| key.to_string())?;
        Ok(list.iter().map(|value| Entry { value, ..*self }).collect())
    }

    /// Checks each item of a list, which must not be empty.
    pub fn each(
        &self,
        key: &str,
        report: &mut Report,
        check: impl Fn(&Entry<'a>, &mut Report) -> Result<()>,
    ) {
        let items = self.list(key).unwrap_or_default();
        report.holds(&format!("{key} holds vectors"), !items.is_empty());
        for item in items {
            report.about(&item.title(), |report| check(&item, report));
        }
    }

    /// The names of all vectors of a file, from all its lists.
    pub fn names(&self) -> Vec<&'a str> {
        let lists = self.value.as_object().into_iter().flatten().filter_map(|(_, list)| list.as_array());
        lists.flatten().filter_map(|vector| vector.get("name")?.as_str()).collect()
    }

    fn find(&self, key: &str) -> Result<&'a str> {
        self.value(key)?.as_str().with_context(|| key.to_string())
    }
}
