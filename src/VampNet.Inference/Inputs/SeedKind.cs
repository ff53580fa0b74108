namespace VampNet.Inference.Inputs;

/// <summary>Families of seeded inputs. A graph whose ranges were measured on one family is judged on the other: its own family would give
/// too good a result.</summary>
public enum SeedKind
{
    /// <summary>Codes drawn uniformly at every position; sound of steady partials with a little noise; other numbers within -1 to
    /// 1.</summary>
    Even,

    /// <summary>Codes that are held for many frames and come from a few entries; sound of loud strokes, glides and silence; other numbers
    /// from a normal distribution.</summary>
    Uneven,
}
