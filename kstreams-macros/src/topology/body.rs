//! What the function's body says, seen as tokens: names, sinks, windows that are kept, and control flow over handles.
use super::{
    constant,
    operators::{Named, declaration, operator},
    steps::Step,
    variables,
};
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::{
    Block, Expr, ExprCall, ExprClosure, ExprLit, ExprMethodCall, Ident, Item, Lit, Local, Path, Token,
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
    /// Settings that are borrowed and not for ever.
    borrowed: BTreeSet<String>,
    /// Where an operator's closure uses such a setting.
    pub escapes: Vec<Ident>,
    /// Parameters, and what the body binds so far.
    variables: BTreeSet<String>,
    /// Of these, the declarations of stores: `let kept = stored("name")`.
    declared: BTreeSet<String>,
    pub steps: Vec<Step>,
}

/// A name that outlives the build.
pub(super) struct Name {
    pub name: String,
    pub at: Span,
    pub kind: &'static str,
}

impl Name {
    /// Its topic, where the name alone says it: stores may be unlogged, joins have several.
    pub(super) fn topic(&self, id: &str) -> String {
        match self.kind {
            "store" => format!("`{id}-{}-changelog`, if it has one", self.name),
            "join" => format!("`{id}-{}-…`", self.name),
            _ => format!("`{id}-{}-repartition`", self.name),
        }
    }
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
    /// Reads `block` under parameters that are handles, those that are borrowed settings, and all of them.
    pub(super) fn read(handles: BTreeSet<String>, borrowed: BTreeSet<String>, variables: BTreeSet<String>, block: &Block) -> Body {
        let mut body = Body { handles, borrowed, variables, ..Body::default() };
        body.visit_block(block);
        body
    }

    fn holds(&self, expr: &Expr) -> bool {
        variables::uses(expr, |name| self.handles.contains(name))
    }

    fn branch(&mut self, at: Span, expr: &Expr) {
        if self.holds(expr) {
            self.branches.push(at);
        }
    }

    /// Notes the name, or that it is missing. A call in its place, `stored("name")`, is noted where it is written, in a variable too; a number
    /// is the types' to refuse.
    fn name(&mut self, called: &Ident, named: &Named, arguments: &Punctuated<Expr, Token![,]>) {
        match arguments.get(named.place) {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(s), .. })) => self.names.push(Name { name: s.value(), at: s.span(), kind: named.kind }),
            Some(Expr::Call(_) | Expr::MethodCall(_) | Expr::Lit(_)) => {}
            Some(kept) if variables::uses(kept, |name| self.declared.contains(name)) => {}
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

    /// An operator outlives the function that describes it.
    fn escapes(&mut self, call: &ExprMethodCall) {
        for closure in call.args.iter().filter(|a| matches!(a, Expr::Closure(_))) {
            self.escapes.extend(variables::first(closure, |name| self.borrowed.contains(name)));
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

/// `stored("name").retention(D)`: what the chain of calls begins with declares a store.
fn declares(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => declares(&call.receiver),
        Expr::Call(call) => declared_by(call).is_some(),
        _ => false,
    }
}
/// What declares a store, and its name.
fn declared_by(call: &ExprCall) -> Option<(&Ident, &'static Named)> {
    let Expr::Path(function) = &*call.func else { return None };
    let last = &function.path.segments.last()?.ident;
    Some((last, declaration(last)?))
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
        if self.holds(&call.receiver) {
            self.escapes(call);
            self.steps.extend(Step::of(call, &self.variables));
            if let Some(named) = operator(&call.method) {
                self.name(&call.method, named, &call.args);
            }
        }
        self.sink(call);
        self.retention(call);
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        visit::visit_expr_call(self, call);
        if let Some((function, named)) = declared_by(call) {
            self.name(function, named, &call.args);
        }
    }

    fn visit_local(&mut self, local: &'a Local) {
        visit::visit_local(self, local);
        let bound = variables::bound(&local.pat);
        self.borrowed.retain(|name| !bound.contains(name));
        self.variables.extend(bound.iter().cloned());
        self.declared.retain(|name| !bound.contains(name));
        if local.init.as_ref().is_some_and(|init| declares(&init.expr)) {
            self.declared.extend(bound.iter().cloned());
        }
        if local.init.as_ref().is_some_and(|init| self.holds(&init.expr)) {
            self.handles.extend(bound);
        }
    }

    /// An operator's own code branches as it likes.
    fn visit_expr_closure(&mut self, _: &'a ExprClosure) {}

    /// An item inside the body sees no handle.
    fn visit_item(&mut self, _: &'a Item) {}
}
