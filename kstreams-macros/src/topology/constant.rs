//! Which expressions can be copied into a `const`: literals in kstreams' own functions for durations and windows.
use syn::{Expr, Path};

const DURATIONS: &[&str] = &["millis", "seconds", "minutes", "hours", "days"];
const WINDOWS: &[&str] = &["tumbling", "hopping"];

/// Whether the path's last segment starts in upper case: a type or a constant.
pub(super) fn is_upper(path: &Path) -> bool {
    path.segments.last().is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}

/// `hours(1)`, or a constant.
pub(super) fn is_duration(expr: &Expr) -> bool {
    match expr {
        Expr::Path(p) => is_screaming(&p.path),
        Expr::Paren(p) => is_duration(&p.expr),
        _ => is_call(expr, DURATIONS, is_number),
    }
}

/// `tumbling(hours(1)).grace(minutes(5))`.
pub(super) fn is_window(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => call.method == "grace" && is_window(&call.receiver) && call.args.iter().all(is_duration),
        _ => is_call(expr, WINDOWS, is_duration),
    }
}

fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(p) => is_screaming(&p.path),
        Expr::Binary(b) => is_number(&b.left) && is_number(&b.right),
        _ => false,
    }
}

fn is_screaming(path: &Path) -> bool {
    path.segments.last().is_some_and(|s| !s.ident.to_string().chars().any(char::is_lowercase))
}

fn is_call(expr: &Expr, functions: &[&str], argument: fn(&Expr) -> bool) -> bool {
    let Expr::Call(call) = expr else { return false };
    let Expr::Path(function) = &*call.func else { return false };
    let known = function.path.segments.last().is_some_and(|s| functions.iter().any(|f| s.ident == f));
    known && call.args.iter().all(argument)
}
