//! The way in and out of every macro, where an expansion can be looked at: set `KSTREAMS_DUMP` to `-` or to a folder.
use proc_macro2::TokenStream;

/// Runs a derive macro.
pub(crate) fn derive(name: &str, input: proc_macro::TokenStream, run: fn(TokenStream) -> TokenStream) -> proc_macro::TokenStream {
    shown(name, run(input.into())).into()
}

/// Runs an attribute macro.
pub(crate) fn attribute(
    name: &str,
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
    run: fn(TokenStream, TokenStream) -> TokenStream,
) -> proc_macro::TokenStream {
    shown(name, run(attr.into(), item.into())).into()
}

fn shown(name: &str, expansion: TokenStream) -> TokenStream {
    match std::env::var("KSTREAMS_DUMP").as_deref() {
        Err(_) | Ok("") => {}
        Ok("-") => eprintln!("// {name}\n{expansion}\n"),
        Ok(folder) => write(folder, name, &expansion.to_string()),
    }
    expansion
}

/// Names the file after macro and content, because two items may share a name.
fn write(folder: &str, name: &str, text: &str) {
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let file = std::path::Path::new(folder).join(format!("{name}-{sum:016x}.rs"));
    if let Err(e) = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text)) {
        eprintln!("KSTREAMS_DUMP: cannot write {}: {e}", file.display());
    }
}
