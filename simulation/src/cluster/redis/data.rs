//! What Redis keeps, and the commands that the store uses.

use std::collections::{BTreeMap, BTreeSet};

use redis::Value;

/// A reply, as a client or a script gets it.
pub(super) type Reply = Result<Value, String>;

/// The keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Data {
    keys: BTreeMap<String, Key>,
    /// When which key runs out, or would have, had nobody prolonged it.
    deadlines: BTreeSet<(u64, String)>,
    /// How many keys ran out.
    expired: usize,
}

#[derive(Clone, Debug)]
struct Key {
    content: Content,
    expires: Option<u64>,
}

#[derive(Clone, Debug)]
enum Content {
    Hash(BTreeMap<String, String>),
    Sorted(BTreeMap<String, f64>),
}

/// One command, while it is carried out.
pub(super) struct Execution<'a> {
    pub(super) data: &'a mut Data,
    /// The time, in milliseconds.
    pub(super) now: u64,
    /// Tells whoever listens on a channel, and says how many these are.
    pub(super) publish: &'a mut dyn FnMut(&str, &str) -> usize,
}

impl Data {
    /// The keys that have not run out.
    pub(super) fn keys(&self, now: u64) -> impl Iterator<Item = &str> {
        let live = move |key: &Key| key.expires.is_none_or(|at| at > now);
        let keys = self.keys.iter();
        keys.filter(move |(_, key)| live(key))
            .map(|(name, _)| name.as_str())
    }

    /// How many keys have run out so far.
    pub(super) fn expired(&mut self, now: u64) -> usize {
        self.expire(now);
        self.expired
    }

    /// The rosters of the rooms, by the names of their keys. What else belongs to a room has a longer
    /// name.
    pub(super) fn rosters(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
        self.keys
            .iter()
            .filter_map(|(name, key)| match &key.content {
                Content::Hash(hash) => Some((name.as_str(), hash)),
                Content::Sorted(_) => None,
            })
            .filter(|(name, _)| name.ends_with('}'))
    }

    /// The members of a sorted set, with their scores.
    pub(super) fn scores(&mut self, name: &str) -> BTreeMap<String, f64> {
        self.sorted(name).cloned().unwrap_or_default()
    }

    fn expire(&mut self, now: u64) {
        while let Some((at, name)) = self.deadlines.pop_first() {
            if at > now {
                self.deadlines.insert((at, name));
                return;
            }
            let runs_out = |key: &Key| key.expires == Some(at);
            if self.keys.get(&name).is_some_and(runs_out) {
                self.keys.remove(&name);
                self.expired += 1;
            }
        }
    }

    fn hash(&mut self, name: &str) -> Option<&mut BTreeMap<String, String>> {
        match &mut self.keys.get_mut(name)?.content {
            Content::Hash(hash) => Some(hash),
            Content::Sorted(_) => panic!("{name} is no hash"),
        }
    }

    fn sorted(&mut self, name: &str) -> Option<&mut BTreeMap<String, f64>> {
        match &mut self.keys.get_mut(name)?.content {
            Content::Sorted(set) => Some(set),
            Content::Hash(_) => panic!("{name} is no sorted set"),
        }
    }

    fn drop_if_empty(&mut self, name: &str) {
        let empty = match self.keys.get(name).map(|key| &key.content) {
            Some(Content::Hash(hash)) => hash.is_empty(),
            Some(Content::Sorted(set)) => set.is_empty(),
            None => false,
        };
        if empty {
            self.keys.remove(name);
        }
    }
}

impl Execution<'_> {
    /// Carries a command out.
    pub(super) fn run(&mut self, command: &[&str]) -> Reply {
        self.data.expire(self.now);
        Ok(match command {
            ["TIME"] => {
                let (seconds, millis) = (self.now / 1000, self.now % 1000);
                Value::Array(vec![
                    bulk(&seconds.to_string()),
                    bulk(&(millis * 1000).to_string()),
                ])
            }
            ["PUBLISH", channel, message] => count((self.publish)(channel, message)),
            ["EXISTS", key] => Value::Int(self.data.keys.contains_key(*key).into()),
            ["DEL", key] => Value::Int(self.data.keys.remove(*key).is_some().into()),
            ["PEXPIRE", key, millis] => {
                let until = self.now + number(millis)? as u64;
                let found = self.data.keys.get_mut(*key);
                let found = found.map(|key| key.expires = Some(until));
                self.data.deadlines.insert((until, (*key).to_owned()));
                Value::Int(found.is_some().into())
            }
            ["HGET", key, field] => optional(self.data.hash(key).and_then(|hash| hash.get(*field))),
            ["HMGET", key, fields @ ..] => {
                let hash = self.data.hash(key);
                let values = fields.iter().map(|field| {
                    let hash = hash.as_ref();
                    optional(hash.and_then(|hash| hash.get(*field)))
                });
                Value::Array(values.collect())
            }
            ["HVALS", key] => {
                let hash = self.data.hash(key);
                let values = hash.into_iter().flat_map(|hash| hash.values());
                Value::Array(values.map(|value| bulk(value)).collect())
            }
            ["KEYS", pattern] => {
                let (start, end) = pattern.split_once('*').unwrap_or((pattern, ""));
                let names = self.data.keys.keys();
                let found = names.filter(|name| name.starts_with(start) && name.ends_with(end));
                Value::Array(found.map(|name| bulk(name)).collect())
            }
            ["HLEN", key] => count(self.data.hash(key).map_or(0, |hash| hash.len())),
            ["HSET", key, pairs @ ..] => self.set_fields(key, pairs),
            ["HDEL", key, field] => {
                let hash = self.data.hash(key);
                let removed = hash.and_then(|hash| hash.remove(*field)).is_some();
                self.data.drop_if_empty(key);
                Value::Int(removed.into())
            }
            ["ZADD", key, score, member] => {
                let score = number(score)?;
                let new = Key {
                    content: Content::Sorted(BTreeMap::new()),
                    expires: None,
                };
                self.data.keys.entry((*key).to_owned()).or_insert(new);
                let set = self.data.sorted(key);
                let old = set.and_then(|set| set.insert((*member).to_owned(), score));
                Value::Int(old.is_none().into())
            }
            ["ZREM", key, member] => {
                let set = self.data.sorted(key);
                let removed = set.and_then(|set| set.remove(*member)).is_some();
                self.data.drop_if_empty(key);
                Value::Int(removed.into())
            }
            ["ZRANGEBYSCORE", key, from, to] => {
                let members = self.members_between(key, from, to)?;
                Value::Array(members.iter().map(|member| bulk(member)).collect())
            }
            ["ZREMRANGEBYSCORE", key, from, to] => {
                let members = self.members_between(key, from, to)?;
                if let Some(set) = self.data.sorted(key) {
                    for member in &members {
                        set.remove(member);
                    }
                }
                self.data.drop_if_empty(key);
                count(members.len())
            }
            _ => return Err(format!("ERR not a command of the model: {command:?}")),
        })
    }

    fn set_fields(&mut self, key: &str, pairs: &[&str]) -> Value {
        let new = Key {
            content: Content::Hash(BTreeMap::new()),
            expires: None,
        };
        self.data.keys.entry(key.to_owned()).or_insert(new);
        let hash = self.data.hash(key).unwrap();
        let added = pairs.chunks_exact(2).filter(|pair| {
            let old = hash.insert(pair[0].to_owned(), pair[1].to_owned());
            old.is_none()
        });
        count(added.count())
    }

    /// The members whose scores lie between two bounds, by score and then by name.
    fn members_between(&mut self, key: &str, from: &str, to: &str) -> Result<Vec<String>, String> {
        let (from, to) = (Bound::parse(from)?, Bound::parse(to)?);
        let set = self.data.sorted(key);
        let members = set.into_iter().flat_map(|set| set.iter());
        let mut members: Vec<(f64, &String)> = members
            .map(|(member, score)| (*score, member))
            .filter(|(score, _)| from.is_below(*score) && to.is_above(*score))
            .collect();
        members.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        Ok(members.into_iter().map(|(_, name)| name.clone()).collect())
    }
}

/// An end of a range of scores.
struct Bound {
    score: f64,
    exclusive: bool,
}

impl Bound {
    fn parse(text: &str) -> Result<Self, String> {
        let (exclusive, text) = match text.strip_prefix('(') {
            Some(text) => (true, text),
            None => (false, text),
        };
        Ok(Self {
            score: number(text)?,
            exclusive,
        })
    }

    fn is_below(&self, score: f64) -> bool {
        self.score < score || (self.score == score && !self.exclusive)
    }

    fn is_above(&self, score: f64) -> bool {
        self.score > score || (self.score == score && !self.exclusive)
    }
}

fn number(text: &str) -> Result<f64, String> {
    text.parse()
        .map_err(|_| format!("ERR value is not a number: {text}"))
}

fn bulk(text: &str) -> Value {
    Value::BulkString(text.as_bytes().to_vec())
}

fn optional(text: Option<&String>) -> Value {
    text.map_or(Value::Nil, |text| bulk(text))
}

fn count(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap())
}
