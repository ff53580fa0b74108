namespace VampNet.Onnx.Rewriting;

/// <summary>One step over a whole model.</summary>
public abstract class RewritePass
{
    /// <summary>The name in reports: the type's name without its ending.</summary>
    public virtual string Name => GetType().Name.EndsWith("Pass", StringComparison.Ordinal) ? GetType().Name[..^4] : GetType().Name;

    /// <summary>What must hold before.</summary>
    public virtual GraphProperties Requires => GraphProperties.Valid;

    /// <summary>What holds after.</summary>
    public virtual GraphProperties Ensures => GraphProperties.Valid;

    /// <summary>What held before and may not after.</summary>
    public virtual GraphProperties Invalidates => GraphProperties.None;

    /// <summary>The worst that it does to the numbers.</summary>
    public abstract NumericalEffect Effect { get; }

    /// <summary>Changes the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">Which operators may be used.</param>
    /// <param name="records">Where to say what was done.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="OnnxException">The model's data is wrong, or the pass does not come to rest.</exception>
    public abstract bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records);
}
