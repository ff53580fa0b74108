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
/// <param name="Kind">How much it matters.</param>
/// <param name="Found">What was found.</param>
/// <param name="Effect">What does not work, or works worse.</param>
/// <param name="Remedy">What to do.</param>
public sealed record MachineFinding(MachineFindingKind Kind, string Found, string Effect, string Remedy);
