//! Which variables an expression uses, and which a pattern binds.
use crate::tokens::mentions;
use syn::{
    Block, Expr, ExprPath, Ident, Macro, Pat, PatIdent,
    visit::{self, Visit},
};

/// Whether `expr` uses a variable that `is` knows.
pub(super) fn uses(expr: &Expr, is: impl Fn(&str) -> bool) -> bool {
    let mut uses = Uses { is, found: false, first: None };
    uses.visit_expr(expr);
    uses.found
}

/// Whether `block` uses a variable that `is` knows.
pub(super) fn block_uses(block: &Block, is: impl Fn(&str) -> bool) -> bool {
    let mut uses = Uses { is, found: false, first: None };
    uses.visit_block(block);
    uses.found
}

/// The first use in `expr` of a variable that `is` knows.
pub(super) fn first(expr: &Expr, is: impl Fn(&str) -> bool) -> Option<Ident> {
    let mut uses = Uses { is, found: false, first: None };
    uses.visit_expr(expr);
    uses.first
}

/// The names that a pattern binds.
pub(super) fn bound(pattern: &Pat) -> Vec<String> {
    let mut bound = Bound(vec![]);
    bound.visit_pat(pattern);
    bound.0
}

/// A field of the name is no use of the variable; a token in a macro may be one.
struct Uses<F> {
    is: F,
    found: bool,
    first: Option<Ident>,
}

impl<'a, F: Fn(&str) -> bool> Visit<'a> for Uses<F> {
    fn visit_expr_path(&mut self, path: &'a ExprPath) {
        if let Some(variable) = path.path.get_ident().filter(|i| (self.is)(&i.to_string())) {
            self.found = true;
            self.first.get_or_insert_with(|| variable.clone());
        }
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        self.found |= mentions(&mac.tokens, &self.is);
    }
}

struct Bound(Vec<String>);

impl<'a> Visit<'a> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'a PatIdent) {
        self.0.push(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}
