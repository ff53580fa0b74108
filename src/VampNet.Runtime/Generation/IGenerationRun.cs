namespace VampNet.Runtime.Generation;

/// <summary>The state of one call of <see cref="TokenGenerator"/>: everything a step needs is allocated before the first.</summary>
internal interface IGenerationRun
{
    /// <summary>[B,C,T]: what the next step reads.</summary>
    TokenGrid<long> Codes { get; }

    /// <summary>[B,T,P,V]: what the model says of it.</summary>
    float[] Logits { get; }

    /// <summary>Samples from <see cref="Logits"/> and brings <see cref="Codes"/> up to date.</summary>
    void Step(int step, CancellationToken cancellationToken);

    /// <summary>The last step's tokens, with the conditioning codebooks as they were given.</summary>
    TokenGrid<long> Result();
}
