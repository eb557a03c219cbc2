//! Runs scripts as Redis does: Lua 5.1 with `redis.call` and `cjson`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use mlua::{Function, IntoLua, Lua, MultiValue, Table, Value as LuaValue};
use redis::Value;
use serde_json::{Map, Number, Value as Json};

use super::data::{Execution, Reply};

/// The digits of a number that `cjson` writes.
const DIGITS: i32 = 14;

thread_local! {
    static ENGINE: Engine = Engine::new();
}

/// One Lua for all simulations on a thread. Scripts leave nothing behind in it.
struct Engine {
    lua: Lua,
    scripts: RefCell<BTreeMap<String, Function>>,
}

/// Makes a script known under its hash.
pub(super) fn load(hash: &str, source: &str) {
    ENGINE.with(|engine| {
        let mut scripts = engine.scripts.borrow_mut();
        scripts
            .entry(hash.to_owned())
            .or_insert_with(|| engine.lua.load(source).into_function().unwrap());
    });
}

/// Runs the script with this hash.
pub(super) fn run(hash: &str, keys: &[&str], arguments: &[&str], it: &mut Execution<'_>) -> Reply {
    ENGINE.with(|engine| {
        let script = engine.scripts.borrow().get(hash).cloned();
        let script = script.ok_or("NOSCRIPT No matching script.")?;
        engine
            .run(&script, keys, arguments, it)
            .map_err(|error| format!("ERR {error}"))
    })
}

impl Engine {
    fn new() -> Self {
        let lua = Lua::new();
        let json = lua.create_table().unwrap();
        let decode = |lua: &Lua, text: String| {
            let json = serde_json::from_str(&text).map_err(mlua::Error::external)?;
            to_table(lua, json)
        };
        let encode = |_: &Lua, value: LuaValue| from_table(&value).map(|json| json.to_string());
        json.set("decode", lua.create_function(decode).unwrap())
            .unwrap();
        json.set("encode", lua.create_function(encode).unwrap())
            .unwrap();
        lua.globals().set("cjson", json).unwrap();
        Self {
            lua,
            scripts: RefCell::default(),
        }
    }

    fn run(
        &self,
        script: &Function,
        keys: &[&str],
        arguments: &[&str],
        it: &mut Execution<'_>,
    ) -> mlua::Result<Value> {
        let globals = self.lua.globals();
        globals.set("KEYS", keys)?;
        globals.set("ARGV", arguments)?;
        self.lua.scope(|scope| {
            let call = scope.create_function_mut(|lua, command: MultiValue| {
                let words = command.iter().map(word).collect::<mlua::Result<Vec<_>>>()?;
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let reply = it.run(&words).map_err(mlua::Error::runtime)?;
                to_lua(lua, reply)
            })?;
            let table = self.lua.create_table()?;
            table.set("call", call)?;
            globals.set("redis", table)?;
            to_reply(script.call::<LuaValue>(())?)
        })
    }
}

/// A word of a command.
fn word(value: &LuaValue) -> mlua::Result<String> {
    match value {
        LuaValue::String(text) => Ok(text.to_str()?.to_owned()),
        LuaValue::Integer(number) => Ok(number.to_string()),
        // As `%.17g` writes whole numbers; the scripts make no others.
        LuaValue::Number(number) if number.fract() == 0.0 => Ok(format!("{number:.0}")),
        other => Err(mlua::Error::runtime(format!("not a word: {other:?}"))),
    }
}

/// What a script gets of a reply.
fn to_lua(lua: &Lua, reply: Value) -> mlua::Result<LuaValue> {
    match reply {
        Value::Nil => Ok(LuaValue::Boolean(false)),
        Value::Int(number) => Ok(LuaValue::Number(number as f64)),
        Value::BulkString(bytes) => lua.create_string(bytes)?.into_lua(lua),
        Value::Array(items) => {
            let table = lua.create_table_with_capacity(items.len(), 0)?;
            for item in items {
                table.raw_push(to_lua(lua, item)?)?;
            }
            table.into_lua(lua)
        }
        other => Err(mlua::Error::runtime(format!("not in a script: {other:?}"))),
    }
}

/// What a client gets of what a script returns.
fn to_reply(value: LuaValue) -> mlua::Result<Value> {
    Ok(match value {
        LuaValue::Nil | LuaValue::Boolean(false) => Value::Nil,
        LuaValue::Boolean(true) => Value::Int(1),
        LuaValue::Integer(number) => Value::Int(number),
        LuaValue::Number(number) => Value::Int(number as i64),
        LuaValue::String(text) => Value::BulkString(text.as_bytes().to_vec()),
        LuaValue::Table(table) => {
            let items = table.sequence_values().map(|item| to_reply(item?));
            Value::Array(items.collect::<mlua::Result<_>>()?)
        }
        other => return Err(mlua::Error::runtime(format!("not a reply: {other:?}"))),
    })
}

fn to_table(lua: &Lua, json: Json) -> mlua::Result<LuaValue> {
    match json {
        Json::Null => Ok(LuaValue::NULL),
        Json::Bool(truth) => Ok(LuaValue::Boolean(truth)),
        Json::Number(number) => Ok(LuaValue::Number(number.as_f64().unwrap())),
        Json::String(text) => text.into_lua(lua),
        Json::Array(items) => {
            let table = lua.create_table()?;
            for item in items {
                table.raw_push(to_table(lua, item)?)?;
            }
            table.into_lua(lua)
        }
        Json::Object(fields) => {
            let table = lua.create_table()?;
            for (name, value) in fields {
                table.raw_set(name, to_table(lua, value)?)?;
            }
            table.into_lua(lua)
        }
    }
}

fn from_table(value: &LuaValue) -> mlua::Result<Json> {
    Ok(match value {
        LuaValue::Boolean(truth) => Json::Bool(*truth),
        LuaValue::Integer(whole) => Json::Number((*whole).into()),
        LuaValue::Number(number) => Json::Number(written(*number)?),
        LuaValue::String(text) => Json::String(text.to_str()?.to_owned()),
        LuaValue::Table(table) if table.raw_len() > 0 => {
            let items = table.sequence_values().map(|item| from_table(&item?));
            Json::Array(items.collect::<mlua::Result<_>>()?)
        }
        LuaValue::Table(table) => Json::Object(fields(table)?),
        value if value.is_null() => Json::Null,
        other => return Err(mlua::Error::runtime(format!("not JSON: {other:?}"))),
    })
}

fn fields(table: &Table) -> mlua::Result<Map<String, Json>> {
    let pairs = table.pairs::<String, LuaValue>().map(|pair| {
        let (name, value) = pair?;
        Ok((name, from_table(&value)?))
    });
    pairs.collect()
}

/// A number as `cjson` writes it. A whole number with more digits loses the last ones.
fn written(number: f64) -> mlua::Result<Number> {
    if number.fract() != 0.0 || number.abs() >= 10_f64.powi(DIGITS) {
        let why = format!("{number} does not survive the way through cjson");
        return Err(mlua::Error::runtime(why));
    }
    Ok(Number::from(number as i64))
}
