namespace VampNet.Training;

/// <summary>The size of a new model beside the one whose place it takes.</summary>
public enum ModelSize
{
    /// <summary>As wide and as deep.</summary>
    Same,

    /// <summary>Half as wide, as deep: about a quarter of the weights.</summary>
    Small,

    /// <summary>A quarter as wide, half as deep: about a thirtieth of the weights.</summary>
    Tiny,
}
