namespace VampNet.Export;

/// <summary>The stages of an export, in order.</summary>
public enum ExportStage
{
    /// <summary>Opening the checkpoints and binding their tensors.</summary>
    Binding,

    /// <summary>Writing a graph and its weights.</summary>
    Writing,

    /// <summary>Reading a written graph back, and computing its files' SHA-256.</summary>
    Verifying,

    /// <summary>Giving the finished folder its name.</summary>
    Publishing,
}
