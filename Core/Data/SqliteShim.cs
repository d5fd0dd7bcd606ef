using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Bot.Core.Data;

/// <summary>
/// Lets Microsoft.Data.Sqlite 10, built against SQLitePCLRaw.core 2.1, run on 2.0.6, the newest that restores. Of the 77 members
/// it uses, 2.0.6 lacks one (four-argument sqlite3_load_extension), which nobody here calls. Delete this file, and the NoWarn of
/// NU1605 and NETSDK1206, as soon as SQLitePCLRaw 2.1.13 or later restores; a test says when that is.
/// </summary>
internal static class SqliteShim
{
#pragma warning disable CA2255 // a module initializer in a library: the resolver must stand before the first SQLite type is touched
    [ModuleInitializer]
    internal static void Install()
#pragma warning restore CA2255
        => AssemblyLoadContext.Default.Resolving += (context, name) => name.Name == "SQLitePCLRaw.core"
            ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "SQLitePCLRaw.core.dll"))
            : null;
}
