namespace VampNet.Inference.Mobile;

/// <summary>Conditions on a node for a provider to take it.</summary>
[Flags]
public enum OperatorCondition
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>The first input has two axes beside batch and channels.</summary>
    TwoDimensional = 1,

    /// <summary>The first input has one or two axes beside batch and channels.</summary>
    AtMostTwoDimensional = 2,

    /// <summary>All inputs but the first are constant.</summary>
    ConstantWeights = 4,

    /// <summary>All inputs but the first, which are lengths, axes or positions, are constant.</summary>
    ConstantParameters = 8,

    /// <summary>The second input is constant.</summary>
    ConstantSecondInput = 16,

    /// <summary>The second input is constant, or int32.</summary>
    ConstantIndices = 32,

    /// <summary>Both inputs are matrices, the second constant.</summary>
    Matrices = 64,

    /// <summary>The axis is the last one.</summary>
    LastAxis = 128,

    /// <summary>The mode is DCR.</summary>
    DepthToSpaceDcr = 256,

    /// <summary>The mode is linear.</summary>
    LinearMode = 512,
}
