// Which names a package publishes, and whether each has a docstring. Reads types with the TypeScript 6 API (TypeScript 7 has none yet).
import ts from "typescript-6";

/** A public name. */
export interface PublicName {
  /** `Storage` or, for a member, `Storage.transact`. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** A property that holds data needs no docstring where its name and type say it all; everything else does. */
  readonly kind: "export" | "method" | "property";
  readonly documented: boolean;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  // Nothing is type-checked here, so the standard library and ambient types would only cost time.
  noLib: true,
  types: [],
};

/** The names that can be reached from the entry files, each once, and the members of public interfaces, classes and type literals. */
export function publicNames(entryFiles: readonly string[]): readonly PublicName[] {
  const program = ts.createProgram({ rootNames: [...entryFiles], options: OPTIONS });
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const names: PublicName[] = [];
  for (const entryFile of entryFiles) {
    const source = program.getSourceFile(entryFile);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) continue;
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      const declaration = symbol.declarations?.[0];
      if (declaration === undefined || isForeign(declaration)) continue;
      names.push(toPublicName(exported.name, symbol, declaration, "export", checker));
      names.push(...members(exported.name, symbol, checker));
    }
  }
  return names;
}

/** Whether a re-exported name belongs to a dependency, whose documentation is not ours. */
function isForeign(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes("/node_modules/");
}

function toPublicName(
  name: string,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
  kind: PublicName["kind"],
  checker: ts.TypeChecker,
): PublicName {
  const source = declaration.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
  // A docstring may be a tag alone (`@throws`), where the name and the types say the rest.
  const documented = symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;
  return { name, file: source.fileName, line, kind, documented };
}

/** The members that a public type declares itself, those of literal types of its members included (`families: { rotate(…) }`). */
function members(owner: string, symbol: ts.Symbol, checker: ts.TypeChecker): readonly PublicName[] {
  const declared = [...(symbol.members?.values() ?? [])];
  const literal = symbol.declarations?.find(ts.isTypeAliasDeclaration)?.type;
  if (literal !== undefined && ts.isTypeLiteralNode(literal)) {
    declared.push(...(checker.getTypeAtLocation(literal).symbol.members?.values() ?? []));
  }
  return declared.flatMap((member) => {
    const declaration = member.declarations?.[0];
    if (declaration === undefined || !isPublicMember(declaration)) return [];
    const name = `${owner}.${member.name}`;
    const own = toPublicName(name, member, declaration, isCallable(declaration) ? "method" : "property", checker);
    const type = ts.isPropertySignature(declaration) ? declaration.type : undefined;
    if (type === undefined || !ts.isTypeLiteralNode(type)) return [own];
    return [own, ...members(name, checker.getTypeAtLocation(type).symbol, checker)];
  });
}

function isPublicMember(declaration: ts.Declaration): boolean {
  if (ts.isConstructorDeclaration(declaration) || ts.isTypeParameterDeclaration(declaration)) return false;
  const name = ts.getNameOfDeclaration(declaration);
  if (name === undefined || ts.isPrivateIdentifier(name)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  // A class says "override" where the overridden member carries the docstring (`name` and `message` of an Error).
  return (ts.getCombinedModifierFlags(declaration) & (hidden | ts.ModifierFlags.Override)) === 0;
}

/** Methods, and properties whose declared type is a function. */
function isCallable(declaration: ts.Declaration): boolean {
  if (ts.isMethodSignature(declaration) || ts.isMethodDeclaration(declaration)) return true;
  return (
    ts.isPropertySignature(declaration) && declaration.type !== undefined && ts.isFunctionTypeNode(declaration.type)
  );
}
