//! Data as it is stored and sent: serde types and what is computed from them.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub id: u64,
    pub customer: String,
    pub lines: Vec<Line>,
    #[serde(default)]
    pub status: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub article: String,
    pub quantity: u32,
    pub cents: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[default]
    Open,
    Paid,
    Shipped,
    Cancelled,
}

#[threader::pure]
impl Order {
    pub fn total(&self) -> u64 {
        self.lines
            .iter()
            .map(|line| line.cents * u64::from(line.quantity))
            .sum()
    }

    pub fn is_final(&self) -> bool {
        matches!(self.status, Status::Shipped | Status::Cancelled)
    }
}

#[threader::task]
pub fn revenue(orders: &[Order]) -> BTreeMap<String, u64> {
    let mut revenue = BTreeMap::new();
    for order in orders
        .iter()
        .filter(|order| order.status != Status::Cancelled)
    {
        *revenue.entry(order.customer.clone()).or_default() += order.total();
    }
    revenue
}

#[threader::task]
pub fn best_customers(orders: &[Order], count: usize) -> Vec<(String, u64)> {
    let mut ranking: Vec<_> = revenue(orders).into_iter().collect();
    ranking.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    ranking.truncate(count);
    ranking
}

#[threader::task]
pub fn articles(orders: Vec<Order>) -> BTreeSet<String> {
    orders
        .into_iter()
        .flat_map(|order| order.lines)
        .map(|Line { article, .. }| article)
        .collect()
}

#[threader::pure]
pub fn advance(status: Status) -> Result<Status, String> {
    use Status::*;
    match status {
        Open => Ok(Paid),
        Paid => Ok(Shipped),
        done @ (Shipped | Cancelled) => Err(format!("{done:?} is final")),
    }
}

#[threader::task]
pub fn advance_all(mut orders: Vec<Order>) -> Result<Vec<Order>, String> {
    for order in &mut orders {
        if order.is_final() {
            continue;
        }
        order.status = advance(order.status)?;
    }
    Ok(orders)
}

#[threader::task(trust(serde_json::from_str))]
pub fn read_orders(json: &str) -> Result<Vec<Order>, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[threader::pure(trust(serde_json::to_string, serde_json::to_value))]
pub fn to_json(order: &Order) -> Option<String> {
    let value = serde_json::to_value(order).ok()?;
    serde_json::to_string(&value["lines"]).ok()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Event {
    Deposit { amount: i64 },
    Withdraw { amount: i64 },
    Transfer { amount: i64, to: String },
    Close,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub balance: i64,
    pub open: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AccountError {
    Closed,
    Insufficient { missing: i64 },
}

#[threader::pure]
pub fn apply(account: &mut Account, event: &Event) -> Result<(), AccountError> {
    if !account.open {
        return Err(AccountError::Closed);
    }
    match *event {
        Event::Deposit { amount } => account.balance += amount,
        Event::Withdraw { amount } | Event::Transfer { amount, .. } => {
            if account.balance < amount {
                let missing = amount - account.balance;
                return Err(AccountError::Insufficient { missing });
            }
            account.balance -= amount;
        }
        Event::Close => account.open = false,
    }
    Ok(())
}

#[threader::task]
pub fn replay(events: Vec<Event>) -> Result<Account, AccountError> {
    let mut account = Account {
        balance: 0,
        open: true,
    };
    events
        .iter()
        .try_for_each(|event| apply(&mut account, event))?;
    Ok(account)
}

#[threader::pure]
pub fn merge_defaults(
    given: BTreeMap<String, serde_json::Value>,
    defaults: &BTreeMap<String, serde_json::Value>,
) -> BTreeMap<String, serde_json::Value> {
    let mut merged = defaults.clone();
    merged.extend(given);
    merged.retain(|_, value| !value.is_null());
    merged
}

#[threader::pure]
pub fn json_depth(value: &serde_json::Value) -> usize {
    use serde_json::Value;
    match value {
        Value::Array(items) => 1 + items.iter().map(json_depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(json_depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Builder {
    name: Option<String>,
    tags: Vec<String>,
    retries: u8,
}

#[threader::pure]
impl Builder {
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub fn tag(self, tag: &str) -> Self {
        Self {
            tags: [self.tags, vec![tag.to_owned()]].concat(),
            ..self
        }
    }

    pub fn build(self) -> Result<(String, Vec<String>), &'static str> {
        let Self {
            name: Some(name),
            tags,
            retries: 0..=3,
        } = self
        else {
            return Err("no name, or too many retries");
        };
        Ok((name, tags))
    }
}

#[threader::pure]
pub fn example_builder() -> Result<(String, Vec<String>), &'static str> {
    Builder::default().name("a").tag("b").tag("c").build()
}
