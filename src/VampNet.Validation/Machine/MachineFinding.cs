namespace VampNet.Validation.Machine;

/// <summary>The severity of a finding.</summary>
public enum MachineFindingKind
{
    /// <summary>Works; worth knowing.</summary>
    Note,

    /// <summary>Works, but slower than the models can be.</summary>
    Slow,

    /// <summary>Some command does not work.</summary>
    Broken,
}

/// <summary>A finding about a machine, with its effect and a remedy.</summary>
/// <param name="Kind">Gravity of the finding.</param>
/// <param name="Found">The finding.</param>
/// <param name="Effect">The consequence: features that do not work, or work worse.</param>
/// <param name="Remedy">A remedy.</param>
public sealed record MachineFinding(MachineFindingKind Kind, string Found, string Effect, string Remedy);
