//! What the function's body says, seen as tokens: names, sinks, windows that are kept, and control flow over handles.
use super::{
    constant,
    operators::{Named, declaration, operator},
};
use crate::tokens::mentions;
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::{
    Block, Expr, ExprCall, ExprClosure, ExprLit, ExprMethodCall, ExprPath, Item, Lit, Local, Macro, Pat, Path, Token,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::{self, Visit},
};

/// The facts of a body, in the order of the text.
#[derive(Default)]
pub(super) struct Body {
    /// Parameters and variables that hold a stream or a table.
    handles: BTreeSet<String>,
    pub names: Vec<Name>,
    pub unnamed: Vec<Unnamed>,
    pub branches: Vec<Span>,
    /// `Totals` of `.to(Totals)`.
    pub sinks: Vec<Path>,
    pub retentions: Vec<Retention>,
}

/// A name that outlives the build.
pub(super) struct Name {
    pub name: String,
    pub at: Span,
    pub kind: &'static str,
}

/// An operator without its name.
pub(super) struct Unnamed {
    pub operator: String,
    pub at: Span,
    pub kind: &'static str,
}

/// A window and how long its store keeps it, both known when the program is compiled.
pub(super) struct Retention {
    pub window: Expr,
    pub retention: Expr,
}

impl Body {
    pub(super) fn read(handles: BTreeSet<String>, block: &Block) -> Body {
        let mut body = Body { handles, ..Body::default() };
        body.visit_block(block);
        body
    }

    fn holds(&self, expr: &Expr) -> bool {
        let mut uses = Uses { of: &|name| self.handles.contains(name), found: false };
        uses.visit_expr(expr);
        uses.found
    }

    fn branch(&mut self, at: Span, expr: &Expr) {
        if self.holds(expr) {
            self.branches.push(at);
        }
    }

    /// Notes the name, or that it is missing. A call in its place, `stored("name")`, is noted where it is written; a number is the
    /// types' to refuse.
    fn name(&mut self, called: &syn::Ident, named: &Named, arguments: &Punctuated<Expr, Token![,]>) {
        match arguments.get(named.place) {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(s), .. })) => self.names.push(Name { name: s.value(), at: s.span(), kind: named.kind }),
            Some(Expr::Call(_) | Expr::MethodCall(_) | Expr::Lit(_)) => {}
            given => {
                let at = given.filter(|g| matches!(g, Expr::Path(_))).map_or_else(|| called.span(), Spanned::span);
                self.unnamed.push(Unnamed { operator: called.to_string(), at, kind: named.kind });
            }
        }
    }

    /// `.to(Totals)`: an upper-case path is a declared topic, anything else a value of run time.
    fn sink(&mut self, call: &ExprMethodCall) {
        if call.method == "to"
            && let Some(Expr::Path(topic)) = call.args.first()
            && constant::is_upper(&topic.path)
        {
            self.sinks.push(topic.path.clone());
        }
    }

    /// `.windowed_by(W)..count(stored("s").retention(D))` with constants.
    fn retention(&mut self, call: &ExprMethodCall) {
        let kept = call.args.first().and_then(|store| argument_of("retention", store));
        let window = argument_of("windowed_by", &call.receiver);
        if let (Some(retention), Some(window)) = (kept, window)
            && constant::is_duration(retention)
            && constant::is_window(window)
        {
            self.retentions.push(Retention { window: window.clone(), retention: retention.clone() });
        }
    }
}

/// The argument of the last call of `method` in the chain that `expr` ends.
fn argument_of<'a>(method: &str, mut expr: &'a Expr) -> Option<&'a Expr> {
    while let Expr::MethodCall(call) = expr {
        if call.method == method {
            return call.args.first();
        }
        expr = &call.receiver;
    }
    None
}

impl<'a> Visit<'a> for Body {
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::ForLoop(x) => self.branch(x.for_token.span, e),
            Expr::While(x) => self.branch(x.while_token.span, e),
            Expr::Loop(x) => self.branch(x.loop_token.span, e),
            Expr::If(x) => self.branch(x.if_token.span, e),
            Expr::Match(x) => self.branch(x.match_token.span, e),
            _ => {}
        }
        visit::visit_expr(self, e);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        // An iterator over settings has a `count` and a `reduce`, too.
        if let Some(named) = operator(&call.method)
            && self.holds(&call.receiver)
        {
            self.name(&call.method, named, &call.args);
        }
        self.sink(call);
        self.retention(call);
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        visit::visit_expr_call(self, call);
        if let Expr::Path(function) = &*call.func
            && let Some(last) = function.path.segments.last()
            && let Some(named) = declaration(&last.ident)
        {
            self.name(&last.ident, named, &call.args);
        }
    }

    fn visit_local(&mut self, local: &'a Local) {
        if local.init.as_ref().is_some_and(|init| self.holds(&init.expr)) {
            self.handles.extend(Bound::by(&local.pat));
        }
        visit::visit_local(self, local);
    }

    /// An operator's own code branches as it likes.
    fn visit_expr_closure(&mut self, _: &'a ExprClosure) {}

    /// An item inside the body sees no handle.
    fn visit_item(&mut self, _: &'a Item) {}
}

/// Whether the block uses variable `name`.
pub(super) fn uses(block: &Block, name: &str) -> bool {
    let mut uses = Uses { of: &|n| n == name, found: false };
    uses.visit_block(block);
    uses.found
}

/// Looks for variables; a field of the same name is none, the tokens of a macro may be.
struct Uses<'f> {
    of: &'f dyn Fn(&str) -> bool,
    found: bool,
}

impl<'a> Visit<'a> for Uses<'_> {
    fn visit_expr_path(&mut self, path: &'a ExprPath) {
        self.found |= path.path.get_ident().is_some_and(|i| (self.of)(&i.to_string()));
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        self.found |= mentions(&mac.tokens, self.of);
    }
}

/// The names that a pattern binds.
struct Bound(Vec<String>);

impl Bound {
    fn by(pattern: &Pat) -> Vec<String> {
        let mut bound = Bound(vec![]);
        bound.visit_pat(pattern);
        bound.0
    }
}

impl<'a> Visit<'a> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'a syn::PatIdent) {
        self.0.push(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}
