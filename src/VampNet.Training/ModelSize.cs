namespace VampNet.Training;

/// <summary>Size of a new model relative to the one that it replaces.</summary>
public enum ModelSize
{
    /// <summary>The same width and depth.</summary>
    Same,

    /// <summary>Half as wide, as deep: about a quarter of the weights.</summary>
    Small,

    /// <summary>As wide, a third as deep: a little more than a third of the weights. It can begin with the weights of its
    /// teacher.</summary>
    Shallow,

    /// <summary>A quarter as wide, half as deep: about a thirtieth of the weights.</summary>
    Tiny,
}
