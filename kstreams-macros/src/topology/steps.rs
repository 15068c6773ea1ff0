//! The calls on handles, in the order of the text: what rustdoc shows of operators. Types decide what they are; here they are words.
use std::collections::BTreeSet;
use syn::{Expr, ExprLit, ExprMethodCall, Lit, Path};

/// A call of an operator.
pub(super) struct Step {
    pub operator: String,
    pub takes: Vec<Taken>,
}

/// An argument of it.
pub(super) enum Taken {
    /// `with_user`: what is no variable.
    Item(Path),
    /// `users`, `"orders-by-item"`, `tumbling(hours(1))`.
    Text(String),
    Closure,
}

/// Calls that move no record.
const SILENT: &[&str] = &["clone", "store"];

impl Step {
    pub(super) fn of(call: &ExprMethodCall, variables: &BTreeSet<String>) -> Option<Step> {
        let operator = call.method.to_string();
        if SILENT.contains(&&*operator) {
            return None;
        }
        let of = call.turbofish.as_ref().map(text).unwrap_or_default();
        Some(Step {
            operator: format!("{operator}{of}"),
            takes: call.args.iter().flat_map(|argument| taken(argument, variables)).collect(),
        })
    }

    /// A row of a table, links in it.
    pub(super) fn row(&self) -> String {
        let takes: Vec<String> = self.takes.iter().map(Taken::shown).collect();
        format!("| `{}` | {} |\n", self.operator, takes.join(", "))
    }
}

impl Taken {
    fn shown(&self) -> String {
        match self {
            Taken::Item(path) => format!("[`{}`]", text(path)),
            Taken::Text(text) => format!("`{}`", text.replace('|', "\\|")),
            Taken::Closure => "a closure".into(),
        }
    }
}

fn taken(argument: &Expr, variables: &BTreeSet<String>) -> Vec<Taken> {
    match argument {
        Expr::Path(path) if !path.path.get_ident().is_some_and(|i| variables.contains(&i.to_string())) => {
            vec![Taken::Item(path.path.clone())]
        }
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => vec![Taken::Text(name.value())],
        Expr::Closure(_) => vec![Taken::Closure],
        Expr::Reference(of) => taken(&of.expr, variables),
        Expr::Tuple(all) => all.elems.iter().flat_map(|one| taken(one, variables)).collect(),
        other => vec![Taken::Text(text(other))],
    }
}

/// Tokens without the blanks between them.
fn text(tokens: impl quote::ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "").replace(',', ", ")
}
