using VampNet.Architecture;

namespace VampNet.Export;

/// <summary>A ledger that is about to be written.</summary>
/// <param name="Name">The checkpoint's name: coarse, c2f or codec.</param>
/// <param name="Ledger">Where each of its tensors went.</param>
internal sealed record PlannedLedger(string Name, BindingLedger Ledger)
{
    public static string FileNameOf(string name) => $"{name}.ledger.json";
}
