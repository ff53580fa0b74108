namespace VampNet.Training;

/// <summary>Size of a new model relative to the one that it replaces.</summary>
public enum ModelSize
{
    /// <summary>The same width and depth.</summary>
    Same,

    /// <summary>Half the width, the same depth: about a quarter of the weights.</summary>
    Small,

    /// <summary>The same width, a third of the depth: a little more than a third of the weights. It can begin with the weights of its
    /// teacher.</summary>
    Shallow,

    /// <summary>A quarter of the width, half of the depth: about a thirtieth of the weights.</summary>
    Tiny,
}
